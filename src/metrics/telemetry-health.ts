import { Counter, Gauge } from 'prom-client'
import { METRIC } from '../convention/metric-names.ts'
import { registry } from './registry.ts'
import type { Signal, SignalHealth } from '../context/facts.ts'

const OUTCOMES = ['delivered', 'dropped', 'failed'] as const

/** Shows on `/metrics` how the delivery of every signal goes, so that a dead collector is seen without it. */
export function registerTelemetryHealth(signals: readonly Signal[]): void {
  const delivering = signals.flatMap(({ name, health }) =>
    health === undefined ? [] : [{ name, health }],
  )
  const gauges: [string, string, (health: SignalHealth) => number][] = [
    [METRIC.telemetryQueue, 'Items waiting to be delivered', (health) => health.queued],
    [METRIC.telemetryUp, 'Whether the last delivery succeeded', (health) => Number(health.up)],
    [
      METRIC.telemetryLastSuccess,
      'When a delivery last succeeded, Unix seconds',
      (health) => health.lastSuccessMs / 1000,
    ],
  ]
  for (const [name, help, value] of gauges) {
    // oxlint-disable-next-line no-new -- a prom-client metric registers itself
    new Gauge({
      name,
      help,
      labelNames: ['signal'],
      registers: [registry],
      collect() {
        for (const signal of delivering) this.set({ signal: signal.name }, value(signal.health))
      },
    })
  }
  // oxlint-disable-next-line no-new -- a prom-client metric registers itself
  new Counter({
    name: METRIC.telemetryItems,
    help: 'Lines, spans and errors by what became of them',
    labelNames: ['signal', 'outcome'],
    registers: [registry],
    collect() {
      this.reset()
      for (const signal of delivering) {
        for (const outcome of OUTCOMES)
          this.inc({ signal: signal.name, outcome }, signal.health[outcome])
      }
    },
  })
}
