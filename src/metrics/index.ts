/**
 * `servicex/metrics`: metrics of the app's own, on the same `/metrics` as the service's. They are
 * declared once, at module level, before or after `init()`; changing them never throws.
 */
export { counter } from './counter.ts'
export { gauge } from './gauge.ts'
export { histogram } from './histogram.ts'
export type {
  Counter,
  Gauge,
  Histogram,
  HistogramOptions,
  LabelValues,
  MetricOptions,
} from './metric-types.ts'
export { registry } from './registry.ts'
