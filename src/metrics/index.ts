/**
 * `servicex/metrics`: metrics of the app's own, on the same `/metrics` as the service's. They are
 * declared once, at module level, before or after `init()`; changing them never throws.
 */
export { counter, gauge, histogram } from './user-metrics.ts'
export type { Counter, Gauge, Histogram, LabelValues, MetricOptions } from './user-metrics.ts'
export { registry } from './registry.ts'
