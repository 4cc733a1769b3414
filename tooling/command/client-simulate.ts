import { ServicexError } from '../../src/convention/servicex-error.ts'
import {
  FAULT_KINDS,
  type FaultKind,
  simulateFaults,
} from '../../src/simulation/simulate-faults.ts'
import { EXIT } from '../report/exit-code.ts'
import { toSimulationJson, toSimulationText } from '../report/simulation.ts'
import type { CommandContext } from './command.ts'

/** The most calls of a simulation. */
const MAX_CALLS = 1_000_000

/** The flags of `kube client simulate`, as they are written. */
export interface SimulateFlags {
  readonly rps: string
  readonly pods: string
  readonly fault: string
  readonly kind: string
  readonly faultyPods?: string
  readonly seconds: string
  readonly latency: string
  readonly deadline: string
  readonly once?: boolean
  readonly set: readonly string[]
  readonly seed: string
  readonly json?: boolean
}

/** `kube client simulate`: says what the policies of a client would do under a fault, and what happens without. */
export async function simulateClient(
  flags: SimulateFlags,
  { terminal, finish }: CommandContext,
): Promise<void> {
  const pods = toWhole('--pods', flags.pods, [1, 200])
  const plan = {
    callsPerSecond: toNumber('--rps', flags.rps, [0.1, 5000]),
    pods,
    faultShare: toNumber('--fault', flags.fault, [0, 1]),
    faultKind: toKind(flags.kind),
    faultyPods: toWhole('--faulty-pods', flags.faultyPods ?? flags.pods, [0, pods]),
    seconds: toNumber('--seconds', flags.seconds, [1, 600]),
    latencyMs: toNumber('--latency', flags.latency, [1, 60_000]),
    deadlineMs: toNumber('--deadline', flags.deadline, [1, 600_000]),
    repeatable: flags.once !== true,
    seed: toWhole('--seed', flags.seed, [0, 2 ** 31]),
    settings: Object.fromEntries(flags.set.map(toSetting)),
  }
  assertBounded(plan)
  const figures = await simulateFaults(plan)
  const report = { ...plan, ...figures }
  terminal.stdout.write(flags.json === true ? toSimulationJson(report) : toSimulationText(report))
  finish(EXIT.done)
}

function toNumber(flag: string, text: string, [from, to]: readonly [number, number]): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= from && value <= to) return value
  throw usage(`${flag} is ${JSON.stringify(text)}, not a number from ${from} to ${to}`)
}

function toWhole(flag: string, text: string, range: readonly [number, number]): number {
  const value = toNumber(flag, text, range)
  if (Number.isInteger(value)) return value
  throw usage(`${flag} is ${JSON.stringify(text)}, not a whole number`)
}

/** A million calls are half a minute and a gigabyte. */
function assertBounded({
  callsPerSecond,
  seconds,
}: {
  readonly callsPerSecond: number
  readonly seconds: number
}): void {
  const calls = callsPerSecond * seconds
  if (calls > MAX_CALLS)
    throw usage(`${callsPerSecond} calls a second for ${seconds} s are more than ${MAX_CALLS}`)
}

function toKind(text: string): FaultKind {
  const kind = FAULT_KINDS.find((each) => each === text)
  if (kind !== undefined) return kind
  throw usage(`--kind is ${JSON.stringify(text)}, not one of ${FAULT_KINDS.join(', ')}`)
}

/** `attempts=2`; whether there is such a setting, and whether it may be so, its owner says. */
function toSetting(text: string): readonly [name: string, value: unknown] {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw usage(`--set is ${JSON.stringify(text)}, not a setting like attempts=2`)
  }
  if (value === 'true' || value === 'false') return [name, value === 'true']
  return [name, Number.isNaN(Number(value)) ? value : Number(value)]
}

function usage(summary: string): ServicexError {
  return new ServicexError('SERVICEX_USAGE', { summary, fix: 'kube client simulate --help' })
}
