import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type HandlersOf, implement, type KeptReply, type ReplyStore } from 'servicex/contract'
import { things } from '../contract.ts'
import { FAULTS, type Fault, openPods, type Pod, type Pods, slow } from '../fault-pods.ts'
import { median } from '../../measure/statistics.ts'
import { codesOf, failures, type LoadedCall, runLoad } from '../load.ts'
import type { Row } from '../row.ts'
import type { Ended } from '../system.ts'
import { seenBy } from './name-rows.ts'

/** Rows of the table that are about connections: idle ones, those of pods that go, too many. */
export const CONNECTION_ROWS: readonly Row[] = [
  {
    number: 23,
    fault: '100 calls at once at the start',
    needs: 'all succeed, ≤ 64 connections a pod, ≤ 2 questions of name servers',
    async measure(run) {
      const { system } = run
      const seen = run.short ? undefined : await seenBy(run)
      const pods = await openPods(3)
      for (const pod of pods.all) pod.fault = slow(100)
      const caller = await system.open(pods)
      let most = 0
      const timer = setInterval(() => {
        most = Math.max(most, ...pods.all.map(({ sockets }) => sockets.size))
      }, 5)
      const ended = await Promise.all(Array.from({ length: 100 }, () => caller.get()))
      clearInterval(timer)
      await caller.close()
      await pods.close()
      const failed = ended.filter(({ ok }) => !ok).length
      const questions = seen?.cold.queries ?? pods.lookups
      return {
        figures: `${failed} failed, ${most} connections, name servers asked ${questions} ×`,
        holds: failed === 0 && most <= 64 && questions <= 2 && (seen?.cold.failed ?? 0) === 0,
      }
    },
  },
  {
    number: 24,
    fault: 'pods close idle connections after 2 s without a hint; a POST at 1.99 to 2.01 s',
    needs: 'none is lost',
    async measure({ system, short }) {
      const pods = await openPods(3)
      for (const pod of pods.all) {
        await pod.kill()
        await pod.listen(pods.port, 2000)
        pod.fault = withoutHint
      }
      const rounds = short ? 1 : 10
      const count = 45
      let lost = 0
      for (let round = 0; round < rounds; round += 1) {
        const caller = await system.open(pods)
        await Promise.all(Array.from({ length: count }, () => caller.post()))
        const late = await Promise.all(
          Array.from({ length: count }, async (_, at): Promise<Ended> => {
            await sleep(1990 + (at * 20) / count)
            return caller.post()
          }),
        )
        lost += late.filter(({ ok }) => !ok).length
        await caller.close()
      }
      await pods.close()
      return { figures: `${lost} of ${rounds * count} lost`, holds: lost === 0 }
    },
  },
  {
    number: 25,
    fault:
      'a rolling restart of all pods at 200 calls a second, each 7 s after its address is gone',
    needs: 'no GET and no POST fails',
    async measure({ system }) {
      const [gets = [], posts = []] = await Promise.all(
        (['get', 'post'] as const).map(async (method) => {
          const pods = await openPods(3)
          pods.ttlSeconds = 5
          for (const pod of pods.all) pod.fault = slow(5)
          const caller = await system.open(pods)
          const restarts = pods.all.map(
            (pod, at) => [500 + at * 9000, () => void restart(pods, pod)] as const,
          )
          const calls = await runLoad({
            callsPerSecond: 200,
            seconds: 29,
            call: () => caller[method](),
            at: restarts,
          })
          await caller.close()
          await pods.close()
          return calls
        }),
      )
      return {
        figures: `${failures(gets)} GET, ${failures(posts)} POST failed${codesOf([...gets, ...posts])}`,
        holds: failures(gets) + failures(posts) === 0,
      }
    },
  },
  {
    number: 26,
    fault: 'a pod is killed under load',
    needs: 'no GET fails; of the POSTs only those under way on it',
    async measure({ system, short }) {
      const run = async (method: 'get' | 'post'): Promise<readonly Ended[]> => {
        const pods = await openPods(3)
        for (const pod of pods.all) pod.fault = slow(10)
        const caller = await system.open(pods)
        let killedAtMs = Number.POSITIVE_INFINITY
        const began = performance.now()
        const kill = (): void => {
          killedAtMs = performance.now() - began
          void pods.all[0]?.kill()
        }
        const calls = await runLoad({
          callsPerSecond: short ? 80 : 200,
          seconds: short ? 2 : 6,
          call: () => caller[method](),
          at: [[1000, kill]],
        })
        await caller.close()
        await pods.close()
        // What fails otherwise than by having been on its way then is not of this fault.
        const isOnItsWay = ({ startedAtMs, tookMs }: LoadedCall): boolean =>
          startedAtMs < killedAtMs + 20 && startedAtMs + tookMs > killedAtMs - 20
        const late = calls.filter((call) => !call.ok && !isOnItsWay(call))
        if (late.length > 0) throw new Error(`${late.length} calls failed that were not under way`)
        return calls.filter(({ ok }) => !ok)
      }
      const [gets, posts] = await Promise.all([run('get'), run('post')])
      return {
        figures: `${gets.length} GET failed; ${posts.length} POST, all under way`,
        holds: gets.length === 0 && posts.length <= 20,
      }
    },
  },
  {
    number: 28,
    fault: '256 calls are under way, all pods hang',
    needs: 'the next fails ≤ 1 ms: overloaded',
    async measure({ system }) {
      const pods = await openPods(3)
      for (const pod of pods.all) pod.fault = FAULTS.hang
      const caller = await system.open(pods)
      const hanging = Array.from({ length: 256 }, () => caller.get({ deadlineMs: 1500 }))
      await sleep(200)
      const refusals: { readonly code: string; readonly tookMs: number }[] = []
      // One at a time: of a machine that does other things as well, the usual one counts.
      for (let call = 0; call < 9; call += 1) {
        const began = performance.now()
        const { code } = await caller.get({ deadlineMs: 1500 })
        refusals.push({ code, tookMs: performance.now() - began })
      }
      const tookMs = median(refusals.map((refusal) => refusal.tookMs))
      const codes = [...new Set(refusals.map(({ code }) => code))].join()
      await Promise.all(hanging)
      await caller.close()
      await pods.close()
      return {
        figures: `${codes} after ${tookMs < 10 ? tookMs.toFixed(1) : Math.round(tookMs)} ms`,
        holds: codes === 'overloaded' && tookMs <= 1,
      }
    },
  },
  {
    number: 29,
    fault: 'a POST with a key, the first reply is lost',
    needs: 'sent again with the same key; the work is done once, and its first result given',
    async measure({ system }) {
      const pods = await openPods(3)
      const keys: unknown[] = []
      let made = 0
      const replies = openReplies()
      for (const pod of pods.all) {
        const routes = implement(
          things,
          toHandlers(() => (made += 1)),
          { replies },
        )
        pod.fault = (request, response) => {
          if (keys.push(request.headers['idempotency-key']) === 1) loseReply(response)
          routes.node(request, response)
        }
      }
      const caller = await system.open(pods)
      const ended = await caller.postKeyed?.()
      await caller.close()
      await pods.close()
      const isOne = keys.length === 2 && keys[0] !== undefined && keys[0] === keys[1]
      return {
        figures:
          ended === undefined
            ? 'no keys'
            : `${ended.code}, ${new Set(keys).size} key in ${keys.length} requests, done ${made} time`,
        holds: ended?.ok === true && isOne && made === 1,
      }
    },
  },
]

/** Handlers of the pods' contract; `make` counts what is made. */
function toHandlers(make: () => number): HandlersOf<typeof things> {
  return {
    getThing: ({ params }) => ({ id: params.id, count: 1 }),
    makeThing: () => ({ id: 'a', count: make() }),
    makeKeyed: () => ({ id: 'a', count: make() }),
  }
}

/** The work is done, and its reply never comes. */
function loseReply(response: ServerResponse): void {
  response.end = () => {
    response.socket?.resetAndDestroy()
    return response
  }
}

/** A store that pods share, as Redis would be. */
function openReplies(): ReplyStore {
  const entries = new Map<string, KeptReply>()
  return {
    async take(key, taken) {
      const known = entries.get(key)
      if (known === undefined) entries.set(key, taken)
      return known
    },
    async keep(key, kept) {
      entries.set(key, kept)
    },
    async drop(key) {
      entries.delete(key)
    },
  }
}

const withoutHint: Fault = (request, response) => {
  response.shouldKeepAlive = true
  response.setHeader('connection', 'keep-alive')
  FAULTS.ok(request, response)
}

/** As a pod that shuts down does: its address goes, it answers on and says that connections end, and is gone. */
async function restart(pods: Pods, pod: Pod): Promise<void> {
  pods.addresses = pods.all.filter((other) => other !== pod).map(({ address }) => address)
  pod.fault = closing(slow(5))
  await sleep(7000)
  await pod.drain()
  pod.fault = slow(5)
  await sleep(100)
  await pod.listen(pods.port)
  pods.addresses = pods.all.map(({ address }) => address)
}

function closing(fault: Fault): Fault {
  return (request, response) => {
    response.setHeader('connection', 'close')
    fault(request, response)
  }
}
