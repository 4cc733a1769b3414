import { Counter as PromCounter } from 'prom-client'
import { CappedLabels } from './capped-labels.ts'
import { declare } from './declare-metric.ts'
import { isAmount, measure } from './measure.ts'
import type { Counter, MetricOptions } from './metric-types.ts'
import { registry } from './registry.ts'

/**
 * Declares a counter, `orders_total`; the suffix, which OpenMetrics demands, is added where it is
 * absent. Declaring it again in the same shape gives the same one.
 *
 * Throws SERVICEX_METRIC_INVALID for a name or a label that Prometheus does not accept, and for a
 * name that another metric has.
 */
export function counter<const Label extends string = never>(
  name: string,
  options: MetricOptions<Label>,
): Counter<Label> {
  return declare('counter', withSuffix(name), options, ({ name: full, help, labels }) => {
    const metric = new PromCounter<string>({
      name: full,
      help,
      labelNames: [...labels],
      registers: [registry],
    })
    const capped = new CappedLabels(full, labels)
    return {
      inc: (...change) =>
        measure(full, change, 1, (given, value) => {
          if (!isAmount(full, value)) return
          const values = capped.toLabels(given)
          if (values !== undefined) metric.inc(values, value)
        }),
    }
  })
}

function withSuffix(name: string): string {
  return typeof name === 'string' && name.endsWith('_total') ? name : `${name}_total`
}
