import type { ResilienceOptions } from '../client/policies/settings.ts'
import type { Behaviour } from './fault.ts'
import { seededRandom } from './seeded-random.ts'
import { type Simulation, simulate, toPodAddress } from './simulate.ts'
import {
  type SimulationReport,
  toAmplification,
  toHits,
  toSuccessShare,
} from './simulation-report.ts'

/** What a faulty pod does in place of answering. */
export const FAULT_KINDS = ['503', 'reset', 'refuse', 'hang', 'slow'] as const

/** One of `FAULT_KINDS`. */
export type FaultKind = (typeof FAULT_KINDS)[number]

/** A fault, and the load under which it happens. */
export interface FaultPlan {
  readonly seed: number
  readonly callsPerSecond: number
  readonly pods: number
  readonly seconds: number
  /** How long a pod takes that is well, milliseconds; it varies by half. */
  readonly latencyMs: number
  readonly deadlineMs: number
  /** The part of the requests that meet the fault, 0 to 1. */
  readonly faultShare: number
  readonly faultKind: FaultKind
  /** So many pods have the fault. */
  readonly faultyPods: number
  /** The calls may be made twice. */
  readonly repeatable: boolean
  readonly settings?: ResilienceOptions
}

/** What a simulation of a fault came to, in figures. */
export interface FaultFigures {
  readonly calls: number
  readonly successShare: number
  readonly requestsPerCall: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly refused: number
  readonly retries: number
  readonly budgetDenied: number
  readonly ejections: number
  /** Requests of each pod, the first ones have the fault. */
  readonly requestsByPod: readonly number[]
}

/** A slow pod takes so many times as long. */
const SLOW_TIMES = 40

/** Simulates calls under a fault, with the policies and, for comparison, with none. */
export async function simulateFaults(
  plan: FaultPlan,
): Promise<{ readonly withPolicies: FaultFigures; readonly without: FaultFigures }> {
  const withPolicies = await simulate(toSimulation(plan))
  const without = await simulate({ ...toSimulation(plan), policies: spread })
  return { withPolicies: toFigures(plan, withPolicies), without: toFigures(plan, without) }
}

function toSimulation(plan: FaultPlan): Simulation {
  const random = seededRandom(plan.seed + 1)
  const faulty = new Set(Array.from({ length: plan.faultyPods }, (_, at) => toPodAddress(at)))
  const took = (): number => plan.latencyMs * (0.5 + random())
  return {
    ...plan,
    behave: (address) =>
      faulty.has(address) && random() < plan.faultShare
        ? toBehaviour(plan.faultKind, took())
        : { kind: 'ok', latencyMs: took() },
  }
}

function toBehaviour(kind: FaultKind, latencyMs: number): Behaviour {
  switch (kind) {
    case '503':
      return { kind: 'unavailable', latencyMs: latencyMs / 2 }
    case 'slow':
      return { kind: 'ok', latencyMs: latencyMs * SLOW_TIMES }
    case 'reset':
      return { kind, latencyMs: latencyMs / 2 }
    default:
      return { kind }
  }
}

/** No policy: each call goes to the next pod, once. */
const spread: NonNullable<Simulation['policies']> = (_, pods) => {
  let turn = 0
  return [
    (attempt, next) => {
      turn += 1
      return next({ ...attempt, origin: `http://${toPodAddress(turn % pods)}:80` })
    },
  ]
}

function toFigures({ pods }: FaultPlan, report: SimulationReport): FaultFigures {
  const hits = toHits(report)
  return {
    calls: report.calls.length,
    successShare: toSuccessShare(report),
    requestsPerCall: toAmplification(report),
    p50Ms: report.p50Ms,
    p99Ms: report.p99Ms,
    refused: report.calls.filter(({ outcome }) => outcome === 'refused').length,
    retries: report.retriesAtMs.length,
    budgetDenied: report.budgetDenied,
    ejections: report.ejections,
    requestsByPod: Array.from({ length: pods }, (_, at) => hits.get(toPodAddress(at)) ?? 0),
  }
}
