import { recordSignals } from 'servicex/testing'
import { FAULTS, type Fault, openPods, type Pods } from '../fault-pods.ts'
import { withLoopLag } from '../loop-lag.ts'
import { openPodsApart } from '../pods-apart.ts'
import { type Measure, ms, type Row, type RowRun } from '../row.ts'
import type { CallFacts, Caller, Ended } from '../system.ts'

/** One call under a fault of every pod, and what it took. */
export interface OneCall {
  readonly ended: Ended
  readonly tookMs: number
  readonly requests: number
  /** When each of them came, after the call began. */
  readonly atMs: readonly number[]
  /** The longest that this process stood still. */
  readonly lagMs: number
}

/** Makes one call of three pods that all do the same. */
export async function callOnce(
  { system }: RowRun,
  fault: Fault,
  make: (caller: Caller) => Promise<Ended>,
): Promise<OneCall> {
  const pods: Pods = await openPods(3)
  let began = 0
  const atMs: number[] = []
  for (const pod of pods.all) {
    pod.fault = fault
    pod.onRequest = () => void atMs.push(performance.now() - began)
  }
  const caller = await system.open(pods)
  began = performance.now()
  const { result: ended, lagMs } = await withLoopLag(() => make(caller))
  const tookMs = performance.now() - began
  await caller.close()
  await pods.close()
  return { ended, tookMs, requests: atMs.length, atMs, lagMs }
}

/** So many calls make a process warm. */
const WARM_CALLS = 50

const get =
  (facts: CallFacts = {}) =>
  (caller: Caller): Promise<Ended> =>
    caller.get(facts)
const post = (caller: Caller): Promise<Ended> => caller.post({})

/** Rows of the table that are about what a reply's body is. */
export const BODY_ROWS: readonly Row[] = [
  cut(10, 'the connection is reset within a body', FAULTS.cut),
  cut(11, 'a chunked body is cut after valid JSON', FAULTS.cutChunked),
  {
    number: 12,
    fault: 'a byte every 300 ms, deadline 1 s',
    needs:
      'an attempt ends ≤ 50 ms after its time: a GET after 0.5 s, a POST, which has one, after 1 s',
    async measure(run) {
      const read = await callOnce(run, FAULTS.drip, get({ deadlineMs: 1000 }))
      const written = await callOnce(run, FAULTS.drip, (caller) =>
        caller.post({ deadlineMs: 1000 }),
      )
      const attemptMs = read.atMs[1]
      const again = attemptMs === undefined ? 'not again' : `again after ${ms(attemptMs)}`
      // Up to 50 ms of wait come before the second attempt.
      return {
        figures: `GET ${again}, ${read.ended.code} after ${ms(read.tookMs)}; POST ${written.ended.code} after ${ms(written.tookMs)}`,
        holds:
          attemptMs !== undefined &&
          attemptMs >= 495 &&
          attemptMs <= 600 + read.lagMs &&
          [read, written].every(
            ({ ended, tookMs, lagMs }) =>
              ended.code === 'deadline_exceeded' && tookMs >= 950 && tookMs <= 1050 + lagMs,
          ),
      }
    },
  },
  {
    number: 13,
    fault: 'a body of 11 MiB that does not say so, and 64 MiB in 64 kB of gzip',
    needs: 'bad_response; memory grows by ≤ 3 × the limit, which is 10 MiB',
    measure: measureLarge,
  },
  {
    number: 14,
    fault: 'invalid JSON; HTML with status 200',
    needs: 'bad_response, with nothing of the body in its message',
    async measure(run) {
      const broken = await callOnce(run, FAULTS.notJson, get())
      const html = await callOnce(run, FAULTS.html, get())
      const codes = [broken, html].map(({ ended }) => ended.code)
      const isSilent = !(html.ended.message ?? '').includes('secret')
      return {
        figures: codes.join(', '),
        holds: codes.every((code) => code === 'bad_response') && isSilent,
      }
    },
  },
  {
    number: 15,
    fault:
      'the reply has a new field; lacks a required one; a new value of an enum, of a closed enum',
    needs: 'ok; bad_response; ok, bad_response; counted by operation',
    async measure(run) {
      const recording = recordSignals()
      const drifts = [FAULTS.moreFields, FAULTS.lessFields, FAULTS.newValue, FAULTS.newClosedValue]
      const codes: string[] = []
      for (const drift of drifts) codes.push((await callOnce(run, drift, get())).ended.code)
      recording.stop()
      // What `servicex_client_duration_seconds_count` counts by operation and outcome.
      const count = recording.clients.filter(({ outcome }) => outcome === 'bad_response').length
      return {
        figures: `${codes.join(', ')}; ${count} counted`,
        holds: codes.join() === 'ok,bad_response,ok,bad_response' && count === 2,
      }
    },
  },
  {
    number: 16,
    fault: '503 with Retry-After 1, deadline 5 s; with Retry-After 60',
    needs: 'again once, ≥ 1.0 s later; fails at once and says when',
    async measure(run) {
      const soon = await callOnce(run, onceAfter('1'), get({ deadlineMs: 5000 }))
      const late = await callOnce(run, onceAfter('60'), get({ deadlineMs: 5000 }))
      return {
        figures: `${soon.ended.code} after ${ms(soon.tookMs)}; ${late.ended.code} after ${ms(late.tookMs)}`,
        holds:
          soon.ended.ok &&
          soon.requests === 2 &&
          soon.tookMs >= 1000 &&
          soon.tookMs <= 1300 + soon.lagMs &&
          !late.ended.ok &&
          late.requests === 1 &&
          late.tookMs < 200 + late.lagMs &&
          late.ended.retryAfterMs === 60_000,
      }
    },
  },
]

async function measureLarge({ system }: RowRun): Promise<Measure> {
  const [well, ...large] = await openPodsApart(['ok', 'hugeChunked', 'bomb'])
  const codes: string[] = []
  let [before, most] = [0, 0]
  const sample = (): void => {
    most = Math.max(most, process.memoryUsage.rss())
  }
  const timer = setInterval(sample, 1)
  for (const pods of [well, ...large]) {
    if (pods === undefined) continue
    const caller = await system.open(pods)
    // All that calls load and compile is in memory then.
    if (pods === well) for (let call = 0; call < WARM_CALLS; call += 1) await caller.get()
    if (pods === well) before = process.memoryUsage.rss()
    else codes.push((await caller.get()).code)
    sample()
    await caller.close()
  }
  clearInterval(timer)
  await well?.close()
  const grownMiB = Math.max(0, most - before) / 2 ** 20
  return {
    figures: `${codes.join(', ')}; grows by ${grownMiB.toFixed(0)} MiB`,
    holds: codes.every((code) => code === 'bad_response') && grownMiB <= 30,
  }
}

function cut(number: number, what: string, fault: Fault): Row {
  return {
    number,
    fault: what,
    needs: 'a GET is sent again and never succeeds in part; a POST is sent once: unavailable, sent',
    async measure(run): Promise<Measure> {
      const read = await callOnce(run, fault, get())
      const written = await callOnce(run, fault, post)
      return {
        figures: `GET ${read.ended.code} in ${read.requests}, POST ${written.ended.code} in ${written.requests} requests`,
        holds:
          !read.ended.ok &&
          read.requests > 1 &&
          written.ended.code === 'unavailable' &&
          written.requests === 1 &&
          written.ended.sent === true,
      }
    },
  }
}

function onceAfter(seconds: string): Fault {
  let isFirst = true
  return (request, response) => {
    if (!isFirst) return FAULTS.ok(request, response)
    isFirst = false
    response.writeHead(503, { 'retry-after': seconds }).end()
  }
}
