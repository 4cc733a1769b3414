import {
  type ClientCall,
  compose,
  type Outcome,
  type Policy,
  type Send,
} from '../client/call/policy.ts'
import { Drain } from '../client/policies/drain.ts'
import type { ResilienceEvents } from '../client/policies/events.ts'
import { resiliencePolicy } from '../client/policies/resilience.ts'
import type { ResilienceOptions } from '../client/policies/settings.ts'
import { toSettings } from '../client/policies/to-settings.ts'
import { toLatencyReport } from './latency-report.ts'
import { type PodBehaviour, SimulatedPods } from './simulated-pods.ts'
import type { SimulatedCall, SimulationReport } from './simulation-report.ts'
import { VirtualTime } from './virtual-time.ts'

/** The origin of the simulated target; the dot lets its addresses be looked up. */
const ORIGIN = 'http://simulated.:80'

/** What is simulated. */
export interface Simulation {
  readonly seed: number
  readonly callsPerSecond: number
  readonly pods: number
  readonly seconds: number
  readonly deadlineMs: number
  /** The calls may be made twice. */
  readonly repeatable: boolean
  readonly behave: PodBehaviour
  readonly settings?: ResilienceOptions
  /** In place of the policies of the settings. */
  readonly policies?: (time: VirtualTime, pods: number) => readonly Policy[]
}

/** Gives the address of pod number `index`, from 0. */
export function toPodAddress(index: number): string {
  return `10.0.0.${index + 1}`
}

/**
 * Runs calls against pods on a clock of its own, through the very policies that clients use. Calls
 * come as they do in life, at random times. The same simulation gives the same report.
 *
 * What it leaves out: pods have no queue; one that is overloaded does not get slower.
 */
export async function simulate(simulation: Simulation): Promise<SimulationReport> {
  const { seed, callsPerSecond, pods, seconds } = simulation
  const time = new VirtualTime(seed)
  const world = new SimulatedPods(time, simulation.behave)
  const counts = toCounts(time.now)
  const addresses = Array.from({ length: pods }, (_, index) => toPodAddress(index))
  const policies = simulation.policies?.(time, pods) ?? [
    resiliencePolicy({
      settingsOf: toSettings('simulated', simulation.settings ?? {}),
      timing: time,
      eventsOf: () => counts.events,
      drain: new Drain(time),
      lookup: () => Promise.resolve({ addresses, ttlSeconds: 30 }),
    }).policy,
  ]
  const send = compose(policies, world.send)
  const calls: SimulatedCall[] = []
  const finish = (call: SimulatedCall): unknown => calls.push(call)
  for (let atMs = 0; ;) {
    atMs += (-Math.log(1 - time.random()) / callsPerSecond) * 1000
    if (atMs >= seconds * 1000) break
    time.after(atMs, () => void run(simulation, { time, send }).then(finish))
  }
  await time.advanceTo(seconds * 1000 + simulation.deadlineMs + 1000)
  calls.sort((a, b) => a.startedAtMs - b.startedAtMs)
  return { calls, arrivals: world.arrivals, ...counts.totals(), ...toLatencyReport(calls) }
}

interface Parts {
  readonly time: VirtualTime
  readonly send: Send
}

async function run(simulation: Simulation, { time, send }: Parts): Promise<SimulatedCall> {
  const startedAtMs = time.now()
  const deadlineAtMs = startedAtMs + simulation.deadlineMs
  const call: ClientCall = {
    service: 'simulated',
    operation: 'call',
    method: simulation.repeatable ? 'GET' : 'POST',
    repeatable: simulation.repeatable,
    options: {},
    origin: ORIGIN,
    startedAtMs,
    deadlineAtMs,
    signal: undefined,
    tried: new Set(),
  }
  const outcome = await send({ call, number: 1, origin: ORIGIN, endsAtMs: deadlineAtMs })
  return { startedAtMs, endedAtMs: time.now(), outcome: toWord(outcome) }
}

function toWord(outcome: Outcome): SimulatedCall['outcome'] {
  if (outcome.kind !== 'failure') return 'ok'
  return outcome.code === 'overloaded' && !outcome.sent ? 'refused' : 'failed'
}

function toCounts(now: VirtualTime['now']): {
  readonly events: ResilienceEvents
  readonly totals: () => Pick<SimulationReport, 'retriesAtMs' | 'budgetDenied' | 'ejections'>
} {
  const retriesAtMs: number[] = []
  const totals = { budgetDenied: 0, ejections: 0 }
  const events: ResilienceEvents = {
    attempt: () => undefined,
    retry: () => void retriesAtMs.push(now()),
    budgetDenied: () => (totals.budgetDenied += 1),
    ejected: () => (totals.ejections += 1),
    refused: () => undefined,
    hedge: () => undefined,
    lookupFailed: () => undefined,
  }
  return { events, totals: () => ({ ...totals, retriesAtMs }) }
}
