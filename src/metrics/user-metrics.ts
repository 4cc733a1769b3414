import { Counter as PromCounter, Gauge as PromGauge } from 'prom-client'
import { HTTP_BUCKETS_SECONDS, OVERFLOW_LABEL } from '../convention/metric-names.ts'
import { ServicexError } from '../convention/servicex-error.ts'
import { currentScope } from '../context/scope.ts'
import { ExemplarHistogram, type ObservedTrace } from './exemplar-histogram.ts'
import { registry, seriesCap, warnOnce } from './registry.ts'

/** What a metric is declared with. */
export interface MetricOptions<Label extends string = string> {
  /** One sentence for whoever reads `/metrics`. */
  readonly help: string
  /** The names of its labels; values must come from a small set. */
  readonly labels?: readonly Label[]
}

/** The label values of one observation. */
export type LabelValues<Label extends string> = Readonly<Record<Label, string | number | boolean>>

/** A count that only grows. */
export interface Counter<Label extends string = never> {
  /** Adds `value`, 1 when absent. Never throws: what is wrong is warned of once and not counted. */
  inc(labels?: LabelValues<Label>, value?: number): void
}

/** A value that goes up and down. */
export interface Gauge<Label extends string = never> {
  /** Sets the value. Never throws. */
  set(labels: LabelValues<Label>, value: number): void
  set(value: number): void
  /** Adds `value`, 1 when absent. Never throws. */
  inc(labels?: LabelValues<Label>, value?: number): void
  /** Subtracts `value`, 1 when absent. Never throws. */
  dec(labels?: LabelValues<Label>, value?: number): void
}

/** A distribution; a sampled trace of the running work becomes the exemplar of its bucket. */
export interface Histogram<Label extends string = never> {
  /** Counts one value in the metric's unit. Never throws. */
  observe(labels: LabelValues<Label>, value: number): void
  observe(value: number): void
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/
const declared = new Map<string, { readonly shape: string; readonly metric: unknown }>()

/** Declares a counter, `orders_total`. Declaring it again in the same shape gives the same one; in another throws SERVICEX_METRIC_INVALID. */
export function counter<const Label extends string = never>(
  name: string,
  options: MetricOptions<Label>,
): Counter<Label> {
  return declare('counter', name, options, (labels) => {
    const metric = new PromCounter<string>({
      name,
      help: options.help,
      labelNames: [...labels],
      registers: [registry],
    })
    const fold = toFold(name, labels)
    return {
      inc: (given, value = 1) =>
        guard(name, () => {
          const values = fold(given)
          if (values !== undefined && isAmount(name, value)) metric.inc(values, value)
        }),
    }
  })
}

/** Declares a gauge, `queue_length`. Declaring it again in the same shape gives the same one; in another throws SERVICEX_METRIC_INVALID. */
export function gauge<const Label extends string = never>(
  name: string,
  options: MetricOptions<Label>,
): Gauge<Label> {
  return declare('gauge', name, options, (labels) => {
    const metric = new PromGauge<string>({
      name,
      help: options.help,
      labelNames: [...labels],
      registers: [registry],
    })
    const fold = toFold(name, labels)
    const change = (verb: 'set' | 'inc' | 'dec', given: unknown, value: unknown): void =>
      guard(name, () => {
        const values = fold(given)
        if (values !== undefined && isNumber(name, value)) metric[verb](values, value)
      })
    return {
      set: (first: unknown, value?: number) =>
        typeof first === 'number' ? change('set', {}, first) : change('set', first, value),
      inc: (given, value = 1) => change('inc', given, value),
      dec: (given, value = 1) => change('dec', given, value),
    }
  })
}

/** Declares a histogram, `payload_bytes`; its buckets are those of request durations in seconds unless given. Otherwise as `counter`. */
export function histogram<const Label extends string = never>(
  name: string,
  options: MetricOptions<Label> & { readonly buckets?: readonly number[] },
): Histogram<Label> {
  return declare('histogram', name, options, (labels) => {
    const metric = new ExemplarHistogram({
      name,
      help: options.help,
      labels,
      buckets: (options.buckets ?? HTTP_BUCKETS_SECONDS).toSorted((a, b) => a - b),
      cap: seriesCap,
    })
    registry.registerMetric(metric as never)
    const observe = (given: unknown, value: unknown): void =>
      guard(name, () => {
        const values = toValues(name, labels, given)
        if (values !== undefined && isNumber(name, value))
          metric.observe(values, value, currentTrace())
      })
    return {
      observe: (first: unknown, value?: number) =>
        typeof first === 'number' ? observe({}, first) : observe(first, value),
    }
  })
}

function declare<Metric, Label extends string>(
  type: string,
  name: string,
  options: MetricOptions<Label> & { readonly buckets?: readonly number[] },
  make: (labels: readonly Label[]) => Metric,
): Metric {
  const labels = options.labels ?? []
  const shape = JSON.stringify([type, labels.toSorted(), options.buckets])
  const known = declared.get(name)
  if (known?.shape === shape) return known.metric as Metric
  assertDeclarable(
    type,
    name,
    labels,
    known !== undefined || registry.getSingleMetric(name) !== undefined,
  )
  const metric = make(labels)
  declared.set(name, { shape, metric })
  return metric
}

function assertDeclarable(
  type: string,
  name: string,
  labels: readonly string[],
  taken: boolean,
): void {
  const details = [
    ...(NAME.test(name)
      ? []
      : [
          `name ${JSON.stringify(name)} — expected letters, digits, _ and :, not beginning with a digit`,
        ]),
    ...labels
      .filter((label) => !LABEL.test(label))
      .map(
        (label) =>
          `label ${JSON.stringify(label)} — expected letters, digits and _, not beginning with a digit or __`,
      ),
    ...(type === 'histogram' && labels.includes('le')
      ? ['label "le" — a histogram has it of its own']
      : []),
    ...(taken
      ? [`${type} "${name}" — the name is taken by a metric of another type, labels or buckets`]
      : []),
  ]
  if (details.length === 0) return
  throw new ServicexError('SERVICEX_METRIC_INVALID', {
    summary: `metric ${JSON.stringify(name)} cannot be declared`,
    details,
    fix: 'rename the metric or its labels; declare each name once',
  })
}

/** Makes what turns given labels into prom-client's, folding those beyond the cap into `overflow`. */
function toFold(
  name: string,
  labels: readonly string[],
): (given: unknown) => Record<string, string> | undefined {
  const seen = new Map<string, readonly string[]>()
  return (given) => {
    const values = toValues(name, labels, given)
    if (values === undefined) return undefined
    const key = values.join('\u0000')
    if (!seen.has(key) && seen.size >= seriesCap.maxSeries) {
      seriesCap.onOverflow(name, labels, () => [...seen.values()])
      return Object.fromEntries(labels.map((label) => [label, OVERFLOW_LABEL]))
    }
    seen.set(key, values)
    return Object.fromEntries(labels.map((label, index) => [label, values[index] ?? '']))
  }
}

function toValues(
  name: string,
  labels: readonly string[],
  given: unknown,
): readonly string[] | undefined {
  const record = (given ?? {}) as Record<string, unknown>
  const unknown = Object.keys(record).filter((label) => !labels.includes(label))
  if (unknown.length > 0) {
    warnOnce(
      `${name}/labels`,
      { metric: name, unknown, labels },
      `metric ${name} was given labels it does not have: ${unknown.join(', ')}`,
    )
    return undefined
  }
  return labels.map((label) => String(record[label] ?? ''))
}

function isNumber(name: string, value: unknown): value is number {
  if (typeof value === 'number' && Number.isFinite(value)) return true
  warnOnce(
    `${name}/value`,
    { metric: name, value: String(value) },
    `metric ${name} was given ${String(value)} — expected a finite number`,
  )
  return false
}

function isAmount(name: string, value: unknown): value is number {
  if (!isNumber(name, value)) return false
  if (value >= 0) return true
  warnOnce(
    `${name}/value`,
    { metric: name, value },
    `counter ${name} was given ${value} — a counter only grows`,
  )
  return false
}

function guard(name: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    warnOnce(
      `${name}/throw`,
      { metric: name, reason: error instanceof Error ? error.message : 'unreadable' },
      `metric ${name} could not be changed`,
    )
  }
}

function currentTrace(): ObservedTrace | undefined {
  const context = currentScope()?.span?.spanContext()
  return context === undefined
    ? undefined
    : { traceId: context.traceId, spanId: context.spanId, sampled: (context.traceFlags & 1) === 1 }
}
