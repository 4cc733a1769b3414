import {
  type Attributes,
  type Context,
  type Meter,
  type MeterProvider,
  type MetricOptions,
  metrics,
  type Observable,
  trace,
} from '@opentelemetry/api'
import { HTTP_BUCKETS_SECONDS, METRIC } from '../convention/metric-names.ts'
import { currentScope } from '../context/scope.ts'
import type { ObservedTrace } from './exemplar-histogram.ts'
import { OtelFamily } from './otel-family.ts'
import { type FamilyType, toPrometheusName } from './otel-names.ts'
import { ObservableInstrument, Observables } from './otel-observables.ts'
import { registry, seriesCap, warnOnce } from './registry.ts'

/** Buckets of a histogram that says nothing of its own. Source: OpenTelemetry SDK, default explicit bucket boundaries. */
const DEFAULT_BUCKETS: readonly number[] = [
  0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000,
]

/** What servicex measures itself, whoever else does: counted twice it would be wrong. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  METRIC.httpServerDuration,
  METRIC.httpClientDuration,
  METRIC.dbClientDuration,
])

let registered = false

/**
 * Makes the instruments of OpenTelemetry's API, of instrumentations and of the app, appear on
 * `/metrics`, under Prometheus' names and the series cap. Nothing is pushed anywhere. Does nothing
 * where the app has set a meter provider of its own.
 */
export function registerOtelMetrics(): void {
  if (registered) return
  registered = metrics.setGlobalMeterProvider(meterProvider)
}

/** Gives OpenTelemetry's API meters whose instruments are metrics of servicex's registry; none of their methods throws. */
export const meterProvider: MeterProvider = { getMeter: () => meter }

const observables = new Observables()
const families = new Map<string, OtelFamily>()

type Measure = (value: number, attributes?: Attributes, context?: Context) => void

const meter: Meter = {
  createCounter: (name, options) => ({
    add: measure(open(name, options, 'counter'), (family, value, attributes) => {
      if (value >= 0) family.add(value, attributes)
      else warnOfValue(family.name, value, 'a counter only grows')
    }),
  }),
  createUpDownCounter: (name, options) => ({
    add: measure(open(name, options, 'gauge'), (family, value, attributes) =>
      family.add(value, attributes),
    ),
  }),
  createGauge: (name, options) => ({
    record: measure(open(name, options, 'gauge'), (family, value, attributes) =>
      family.set(value, attributes),
    ),
  }),
  createHistogram: (name, options) => ({
    record: measure(open(name, options, 'histogram'), (family, value, attributes, context) =>
      family.observe(value, attributes, traceOf(context)),
    ),
  }),
  createObservableCounter: (name, options) => observe(open(name, options, 'counter')),
  createObservableUpDownCounter: (name, options) => observe(open(name, options, 'gauge')),
  createObservableGauge: (name, options) => observe(open(name, options, 'gauge')),
  addBatchObservableCallback: (callback, instruments) =>
    observables.addBatch(callback, instruments),
  removeBatchObservableCallback: (callback) => observables.removeBatch(callback),
}

/** Gives the metric of an instrument; the same for every instrument of the name, `undefined` when it cannot be one. */
function open(
  given: unknown,
  { description, unit = '', advice }: MetricOptions = {},
  type: FamilyType,
): OtelFamily | undefined {
  const name = typeof given === 'string' ? given : ''
  const spelled = toPrometheusName(name, unit, type)
  if (OWN_NAMES.has(spelled)) return undefined
  const known = families.get(spelled)
  if (known !== undefined && known.type === type) return known
  if (name === '' || known !== undefined || registry.getSingleMetric(spelled) !== undefined) {
    warnOnce(
      `${spelled}/otel`,
      { metric: spelled, instrument: name },
      name === ''
        ? 'an instrument without a name is not measured'
        : `instrument ${JSON.stringify(name)} is not measured: the metric ${spelled} is another one`,
    )
    return undefined
  }
  const buckets = type === 'histogram' ? bucketsOf(advice?.explicitBucketBoundaries, unit) : []
  const family = new OtelFamily({
    name: spelled,
    help: description === undefined || description === '' ? name : description,
    type,
    buckets,
    cap: seriesCap,
  })
  families.set(spelled, family)
  registry.registerMetric(family as never)
  return family
}

function bucketsOf(advised: readonly number[] | undefined, unit: string): readonly number[] {
  const given = advised?.filter((bound) => Number.isFinite(bound)).toSorted((a, b) => a - b)
  return given ?? (unit === 's' ? HTTP_BUCKETS_SECONDS : DEFAULT_BUCKETS)
}

function measure(
  family: OtelFamily | undefined,
  change: (
    family: OtelFamily,
    value: number,
    attributes: Attributes,
    context: Context | undefined,
  ) => void,
): Measure {
  if (family === undefined) return () => undefined
  return (value, attributes, context) => {
    try {
      if (typeof value === 'number' && Number.isFinite(value))
        change(family, value, attributes ?? {}, context)
      else warnOfValue(family.name, value, 'expected a finite number')
    } catch (error) {
      warnOnce(
        `${family.name}/throw`,
        { metric: family.name, reason: error instanceof Error ? error.message : 'unreadable' },
        `metric ${family.name} could not be changed`,
      )
    }
  }
}

function warnOfValue(name: string, value: unknown, expected: string): void {
  const shown = String(value)
  warnOnce(
    `${name}/value`,
    { metric: name, value: shown },
    `metric ${name} was given ${shown}: ${expected}`,
  )
}

function observe(family: OtelFamily | undefined): Observable {
  return new ObservableInstrument(observables, family)
}

function traceOf(context: Context | undefined): ObservedTrace | undefined {
  const span = context === undefined ? currentScope()?.span : trace.getSpan(context)
  const place = span?.spanContext()
  return place === undefined
    ? undefined
    : { traceId: place.traceId, spanId: place.spanId, sampled: (place.traceFlags & 1) === 1 }
}
