import { openPods, type Pods, slow } from '../fault-pods.ts'
import { failures, runLoad } from '../load.ts'
import { isNetworkPossible, type NamesSeen, seeNames } from '../names/run-names.ts'
import { type Measure, ms, type Row, type RowRun } from '../row.ts'
import { sum } from './load-pods.ts'

/** Of a time to live of 5 s, and a tenth more. */
const TTL_MS = 5500
const CHANGE_MS = 1000
const HIT_EVERY_MS = 20

/** Rows of the table that are about names: of servicex in a network of its own, of the others with what a name server would say. */
export const NAME_ROWS: readonly Row[] = [
  {
    number: 20,
    fault: 'three pods become six, time to live 30 s and 5 s',
    needs: 'new pods are called ≤ 35 s (6 s) after; no call fails',
    async measure(run) {
      const seen = await seenBy(run)
      if (seen === undefined) return growWithLookup(run)
      const { failed, seenAfterMs, usual } = seen.grow
      const late = usual === undefined ? '' : `, after ${ms(usual.seenAfterMs)} of 30 s`
      return {
        figures: `${failed + (usual?.failed ?? 0)} failed; after ${ms(seenAfterMs)} of 5 s${late}`,
        holds:
          failed + (usual?.failed ?? 0) === 0 &&
          seenAfterMs <= 6000 &&
          (usual?.seenAfterMs ?? 0) <= 35_000,
      }
    },
  },
  {
    number: 21,
    fault: 'the address of a pod goes, and it answers on; time to live 5 s',
    needs: 'none is sent to it after ≤ 5.5 s; no call fails',
    async measure(run) {
      const seen = await seenBy(run)
      if (seen === undefined) return shrinkWithLookup(run)
      return toShrinkMeasure(seen.shrink)
    },
  },
  {
    number: 22,
    fault: 'name servers fail, then do not answer, for 4 minutes',
    needs: 'no call fails; ≤ 1 question a second',
    async measure(run) {
      const seen = await seenBy(run)
      if (seen === undefined) return failLookup(run)
      const { failed, queriesPerSecond, forMs } = seen.fail
      return {
        figures: `${failed} failed, ${queriesPerSecond.toFixed(2)} questions a second for ${forMs / 1000} s`,
        holds: failed === 0 && queriesPerSecond <= 1,
      }
    },
  },
]

const seenOnce = new Map<string, Promise<NamesSeen>>()

/** What servicex does with real questions; `undefined` for the others, and where no network can be made. */
export function seenBy({ system, short }: RowRun): Promise<NamesSeen> | undefined {
  if (system.name !== 'servicex' || !isNetworkPossible()) return undefined
  const length = short ? 'short' : 'long'
  const seen = seenOnce.get(length) ?? seeNames(length)
  seenOnce.set(length, seen)
  return seen
}

interface Named {
  readonly failed: number
  readonly pods: Pods
  /** When each pod was called, milliseconds since the change; by its place. */
  readonly calledAtMs: readonly (readonly number[])[]
}

/** Calls `count` pods for a while, and changes what their name leads to. */
async function callNamed(
  { system }: RowRun,
  { count, first, seconds, change }: NamedPlan,
): Promise<Named> {
  const pods = await openPods(count)
  pods.ttlSeconds = 5
  pods.addresses = pods.addresses.slice(0, first)
  const began = performance.now()
  const calledAtMs = pods.all.map(() => [] as number[])
  for (const [place, pod] of pods.all.entries()) {
    pod.fault = slow(3)
    pod.onRequest = () => void calledAtMs[place]?.push(performance.now() - began - CHANGE_MS)
  }
  const caller = await system.open(pods)
  const calls = await runLoad({
    callsPerSecond: 1000 / HIT_EVERY_MS,
    seconds,
    call: () => caller.get(),
    at: [[CHANGE_MS, () => change(pods)]],
  })
  await caller.close()
  await pods.close()
  return { failed: failures(calls), pods, calledAtMs }
}

interface NamedPlan {
  readonly count: number
  /** So many of them have their address in the name at first. */
  readonly first: number
  readonly seconds: number
  readonly change: (pods: Pods) => void
}

async function growWithLookup(run: RowRun): Promise<Measure> {
  const change = (pods: Pods): void => {
    pods.addresses = pods.all.map(({ address }) => address)
  }
  const { failed, calledAtMs } = await callNamed(run, { count: 6, first: 3, seconds: 12, change })
  const seenAfterMs = Math.min(...calledAtMs.slice(3).flat())
  const after = Number.isFinite(seenAfterMs) ? `after ${ms(seenAfterMs)} of 5 s` : 'never called'
  return { figures: `${failed} failed; ${after}`, holds: failed === 0 && seenAfterMs <= 6000 }
}

async function shrinkWithLookup(run: RowRun): Promise<Measure> {
  const change = (pods: Pods): void => {
    pods.addresses = pods.addresses.slice(0, 2)
  }
  const { failed, calledAtMs } = await callNamed(run, { count: 3, first: 3, seconds: 12, change })
  const calls = sum(calledAtMs.map(({ length }) => length))
  return toShrinkMeasure({ failed, calls, lastAfterMs: Math.max(0, ...(calledAtMs[2] ?? [])) })
}

function toShrinkMeasure({ failed, calls, lastAfterMs }: NamesSeen['shrink']): Measure {
  return {
    figures: `${failed} of ${calls} failed, the last sent to it after ${ms(Math.max(0, lastAfterMs))}`,
    holds: failed === 0 && calls > 100 && lastAfterMs <= TTL_MS,
  }
}

async function failLookup(run: RowRun): Promise<Measure> {
  const seconds = run.short ? 8 : 30
  let before = 0
  const change = (pods: Pods): void => {
    pods.isNamed = false
    before = pods.lookups
  }
  const { failed, pods } = await callNamed(run, { count: 3, first: 3, seconds, change })
  const perSecond = (pods.lookups - before) / (seconds - CHANGE_MS / 1000)
  return {
    figures: `${failed} failed, ${perSecond.toFixed(2)} questions a second for ${seconds - 1} s`,
    holds: failed === 0 && perSecond <= 1,
  }
}
