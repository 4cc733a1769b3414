import { HTTP_BUCKETS_SECONDS } from '../convention/metric-names.ts'
import { currentScope } from '../context/scope.ts'
import { CappedLabels } from './capped-labels.ts'
import { declare } from './declare-metric.ts'
import { ExemplarHistogram, type ObservedTrace } from './exemplar-histogram.ts'
import { isNumber, measure } from './measure.ts'
import type { Histogram, HistogramOptions } from './metric-types.ts'
import { registry, seriesCap } from './registry.ts'

/** Declares a histogram, `payload_bytes`, with buckets in its own unit. Otherwise as `counter`. */
export function histogram<const Label extends string = never>(
  name: string,
  options: HistogramOptions<Label>,
): Histogram<Label> {
  return declare('histogram', name, options, ({ help, labels, buckets }) => {
    const metric = new ExemplarHistogram({
      name,
      help,
      labels,
      buckets: (buckets ?? HTTP_BUCKETS_SECONDS).toSorted((a, b) => a - b),
      cap: seriesCap,
    })
    registry.registerMetric(metric as never)
    const capped = new CappedLabels(name, labels)
    return {
      observe: (...measurement) =>
        measure(name, measurement, undefined, (given, value) => {
          if (!isNumber(name, value)) return
          const values = capped.toValues(given)
          if (values !== undefined) metric.observe(values, value, currentTrace())
        }),
    }
  })
}

function currentTrace(): ObservedTrace | undefined {
  const context = currentScope()?.span?.spanContext()
  return context === undefined
    ? undefined
    : { traceId: context.traceId, spanId: context.spanId, sampled: (context.traceFlags & 1) === 1 }
}
