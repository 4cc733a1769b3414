import { ServicexError } from '../convention/servicex-error.ts'
import type { HistogramOptions } from './metric-types.ts'
import { registry } from './registry.ts'

/** A metric as it is made: its options, complete. */
export interface MetricDeclaration {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly buckets: readonly number[] | undefined
}

type MetricType = 'counter' | 'gauge' | 'histogram'

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/
const declared = new Map<string, { readonly shape: string; readonly metric: unknown }>()

/**
 * Makes a metric, or gives the one that was declared in the same shape before.
 *
 * Throws SERVICEX_METRIC_INVALID with everything that is wrong with the declaration.
 */
export function declare<Metric>(
  type: MetricType,
  name: string,
  options: HistogramOptions,
  make: (declaration: MetricDeclaration) => Metric,
): Metric {
  const { help, labels = [], buckets } = options
  const shape = JSON.stringify([type, labels.toSorted(), buckets])
  const known = declared.get(name)
  if (known?.shape === shape) return known.metric as Metric
  const declaration = { name, help, labels, buckets }
  assertDeclarable(type, declaration)
  const metric = make(declaration)
  declared.set(name, { shape, metric })
  return metric
}

function assertDeclarable(type: MetricType, declaration: MetricDeclaration): void {
  const details = [
    ...nameProblems(type, declaration),
    ...labelProblems(type, declaration),
    ...bucketProblems(declaration),
  ]
  if (details.length === 0) return
  throw new ServicexError('SERVICEX_METRIC_INVALID', {
    summary: `${type} ${JSON.stringify(declaration.name)} cannot be declared`,
    details,
    fix: 'correct the declaration; declare each name once, or in the same shape',
  })
}

function nameProblems(type: MetricType, { name, help }: MetricDeclaration): string[] {
  return [
    ...(NAME.test(name)
      ? []
      : [
          `name is ${JSON.stringify(name)} — expected letters, digits, _ and :, not beginning with a digit`,
        ]),
    ...(typeof help === 'string' && help !== ''
      ? []
      : ['help is absent — expected one sentence for whoever reads /metrics']),
    ...takenNames(type, name).map((taken) =>
      taken === name
        ? 'the name is taken, by another type, labels or buckets'
        : `the name is taken by "${taken}" — OpenMetrics takes the two for one`,
    ),
  ]
}

/** In OpenMetrics a counter `x_total` is the family `x`, which nothing else may be. */
function takenNames(type: MetricType, name: string): string[] {
  const other = type === 'counter' ? name.replace(/_total$/, '') : `${name}_total`
  return [name, other].filter((each) => registry.getSingleMetric(each) !== undefined)
}

function labelProblems(type: MetricType, { labels }: MetricDeclaration): string[] {
  return labels.flatMap((label, index) => {
    const shown = `label ${JSON.stringify(label)}`
    if (!LABEL.test(label))
      return [`${shown} — expected letters, digits and _, not beginning with a digit or __`]
    if (type === 'histogram' && label === 'le') return [`${shown} — a histogram has it of its own`]
    return labels.indexOf(label) < index ? [`${shown} — it stands there twice`] : []
  })
}

function bucketProblems({ buckets }: MetricDeclaration): string[] {
  if (buckets === undefined) return []
  const isSound =
    buckets.length > 0 &&
    buckets.every((bound) => Number.isFinite(bound)) &&
    new Set(buckets).size === buckets.length
  return isSound
    ? []
    : [`buckets are ${JSON.stringify(buckets)} — expected different finite numbers, at least one`]
}
