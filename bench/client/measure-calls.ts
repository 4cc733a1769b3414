import { setTimeout as delay } from 'node:timers/promises'
import { openAppFolder } from '../measure/app-folder.ts'
import { readCpuMicros } from '../measure/cpu-time.ts'
import { openProgram, type Program } from '../measure/program.ts'
import { openSink, type Sink } from '../sink/open-sink.ts'
import type { Caller } from './callers.ts'

/** A caller that runs. */
export interface Calling {
  readonly caller: Caller
  readonly program: Program
  readonly sink: Sink
  calls: number
  readonly close: () => Promise<void>
}

/**
 * Calls before those that count: after 15 000 the longer paths are still partly interpreted, which
 * made a generated client's calls 1.4 × undici's where they are 1.2 × from then on.
 */
export const WARM_CALLS = 60_000
/** The rest of a batch of spans leaves in this time: its cost belongs to the calls. */
const SETTLE_MS = 300
const DEADLINE_MS = 10_000

/** Starts a caller of `url`; whoever opened it closes it. */
export async function openCaller(caller: Caller, url: string): Promise<Calling> {
  const sink = await openSink()
  const folder = openAppFolder(caller.packages)
  const program = await openProgram({
    folder: folder.path,
    file: `client/callers/${caller.isObserved ? 'servicex.mjs' : 'bare.cjs'}`,
    args: [caller.client, url],
    env: {
      NODE_ENV: 'production',
      ADMIN_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_BSP_MAX_QUEUE_SIZE: '20000',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    },
  })
  const close = async (): Promise<void> => {
    await program.close()
    sink.close()
    folder.close()
  }
  return { caller, program, sink, calls: 0, close }
}

/** Makes so many calls, ten at a time, and gives the CPU that one took the calling process, µs. */
export async function measureCalls(calling: Calling, calls: number): Promise<number> {
  const { program } = calling
  const before = await readCpuMicros(program)
  await program.ask('makeCalls', calls)
  if (calling.caller.isObserved) await delay(SETTLE_MS)
  calling.calls += calls
  return ((await readCpuMicros(program)) - before) / calls
}

/** Waits until every observed call has arrived as a span. Throws when one has not. */
export async function assertObserved({ caller, sink, calls }: Calling): Promise<void> {
  const expected = caller.isObserved ? calls * caller.spansPerCall : 0
  const deadline = performance.now() + DEADLINE_MS
  const count = (): number => sink.count().clientSpans
  while (count() < expected && performance.now() < deadline) await delay(SETTLE_MS)
  if (count() !== expected)
    throw new Error(`${caller.title}: ${count()} client spans of ${expected} calls`)
}
