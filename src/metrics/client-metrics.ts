import { Counter, Gauge } from 'prom-client'
import { type ClientTargetState, readClientTargets } from '../context/client-targets.ts'
import type { ClientPolicyFacts, Sink } from '../context/facts.ts'
import { METRIC } from '../convention/metric-names.ts'
import { registry } from './registry.ts'

type Kind = ClientPolicyFacts['kind']

/**
 * Counts what clients do beside sending calls, and shows how their targets stand. Labels are names of
 * services and operations, and a few words: there are as many as contracts have.
 */
export function toClientSink(): Required<Pick<Sink, 'onClientPolicy'>> & {
  readonly countAttempts: (target: string, operation: string, attempts: number) => void
} {
  registerTargetGauges()
  const attempts = counter(METRIC.clientAttempts, 'Requests sent for calls of operations', [
    'target',
    'operation',
  ])
  const counters = toCounters()
  return {
    countAttempts: (target, operation, count) => attempts.inc({ target, operation }, count),
    onClientPolicy: ({ kind, target, reason }) => {
      const { metric, label } = counters[kind]
      metric.inc(label === undefined ? { target } : { target, [label]: reason })
    },
  }
}

interface PolicyCounter {
  readonly metric: Counter
  /** The label that takes the reason. */
  readonly label?: string
}

function toCounters(): Readonly<Record<Kind, PolicyCounter>> {
  return {
    retry: reasoned(
      METRIC.clientRetries,
      'Attempts that repeat a failed one, by why it failed',
      'reason',
    ),
    budget_denied: plain(METRIC.clientBudgetDenied, 'Retries that were due and not in the budget'),
    refused: reasoned(
      METRIC.clientRefused,
      'Calls that were refused before they were sent, by what refused them',
      'by',
    ),
    ejected: plain(METRIC.clientEjections, 'Times that an endpoint was left alone'),
    hedge: plain(METRIC.clientHedges, 'Second attempts beside a slow first'),
    lookup_failed: plain(
      METRIC.clientLookupFailures,
      "Lookups of a target's name that nobody answered",
    ),
  }
}

function plain(name: string, help: string): PolicyCounter {
  return { metric: counter(name, help, ['target']) }
}

function reasoned(name: string, help: string, label: string): PolicyCounter {
  return { metric: counter(name, help, ['target', label]), label }
}

function counter(name: string, help: string, labelNames: readonly string[]): Counter {
  return new Counter({ name, help, labelNames: [...labelNames], registers: [registry] })
}

function registerTargetGauges(): void {
  gauge(METRIC.clientInFlight, 'Calls under way', [], (states) => [
    [{}, sum(states, ({ inFlight }) => inFlight)],
  ])
  // Of several clients of one service, the one that refuses most.
  gauge(
    METRIC.clientRefusedShare,
    'The part of the calls that is refused before they are sent',
    [],
    (states) => [[{}, Math.max(...states.map(({ refusedShare }) => refusedShare))]],
  )
  gauge(METRIC.clientEndpoints, 'Endpoints by state', ['state'], (states) =>
    ENDPOINT_STATES.map((state) => [{ state }, sum(states, ({ endpoints }) => endpoints[state])]),
  )
}

const ENDPOINT_STATES = ['in', 'out', 'due'] as const

/** Gives one or more values of the clients of one service. */
type Measure = (
  states: readonly ClientTargetState[],
) => readonly (readonly [labels: Record<string, string>, value: number])[]

function gauge(name: string, help: string, labels: readonly string[], measure: Measure): void {
  // oxlint-disable-next-line no-new -- a prom-client metric registers itself
  new Gauge({
    name,
    help: `${help}, by the service that is called`,
    labelNames: ['target', ...labels],
    registers: [registry],
    collect() {
      this.reset()
      for (const [target, states] of Map.groupBy(readClientTargets(), ({ service }) => service)) {
        for (const [own, value] of measure(states)) this.set({ target, ...own }, value)
      }
    },
  })
}

function sum(
  states: readonly ClientTargetState[],
  toValue: (state: ClientTargetState) => number,
): number {
  return states.reduce((total, state) => total + toValue(state), 0)
}
