import { Gauge as PromGauge } from 'prom-client'
import { CappedLabels } from './capped-labels.ts'
import { declare } from './declare-metric.ts'
import { isNumber, measure } from './measure.ts'
import type { Gauge, MetricOptions } from './metric-types.ts'
import { registry } from './registry.ts'

/** Declares a gauge, `queue_length`. Otherwise as `counter`. */
export function gauge<const Label extends string = never>(
  name: string,
  options: MetricOptions<Label>,
): Gauge<Label> {
  return declare('gauge', name, options, ({ help, labels }) => {
    const metric = new PromGauge<string>({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
    })
    const capped = new CappedLabels(name, labels)
    const change = (verb: 'set' | 'inc' | 'dec', args: readonly unknown[], absent?: number): void =>
      measure(name, args, absent, (given, value) => {
        if (!isNumber(name, value)) return
        const values = capped.toLabels(given)
        if (values !== undefined) metric[verb](values, value)
      })
    return {
      set: (...args) => change('set', args),
      inc: (...args) => change('inc', args, 1),
      dec: (...args) => change('dec', args, 1),
    }
  })
}
