import { Counter, Gauge } from 'prom-client'
import { METRIC } from '../convention/metric-names.ts'
import { registry } from './registry.ts'
import type { Signal, SignalHealth } from '../context/facts.ts'

const OUTCOMES = ['delivered', 'dropped', 'failed'] as const

/** Shows on `/metrics` how the delivery of every signal goes, so that a dead collector is seen without it. */
export function registerTelemetryHealth(signals: readonly Signal[]): void {
  // Asked of the signal at every scrape: not each of them has one object for good.
  const read = (): readonly { name: string; health: SignalHealth }[] =>
    signals.flatMap(({ name, health }) => (health === undefined ? [] : [{ name, health }]))
  const gauges: [string, string, (health: SignalHealth) => number | undefined][] = [
    [METRIC.telemetryQueue, 'Items waiting to be delivered', (health) => health.queued],
    [METRIC.telemetryUp, 'Whether the last delivery succeeded', (health) => Number(health.up)],
    [
      METRIC.telemetryLastSuccess,
      'When a delivery last succeeded, Unix seconds; absent before the first',
      ({ lastSuccessMs }) => (lastSuccessMs === 0 ? undefined : lastSuccessMs / 1000),
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
        for (const { name: signal, health } of read()) {
          const measured = value(health)
          if (measured !== undefined) this.set({ signal }, measured)
        }
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
      for (const { name: signal, health } of read())
        for (const outcome of OUTCOMES) this.inc({ signal, outcome }, health[outcome])
    },
  })
}
