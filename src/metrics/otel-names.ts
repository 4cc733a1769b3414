/** The Prometheus spelling of OpenTelemetry's units. Source: OpenTelemetry, Prometheus and OpenMetrics compatibility, metric metadata. */
const UNITS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '%': 'percent',
}

/** What becomes of an instrument's values on `/metrics`. */
export type FamilyType = 'counter' | 'gauge' | 'histogram'

/**
 * Spells an instrument's name as Prometheus wants it: `_` for every other character, the unit and
 * `_total` at the end. Source: OpenTelemetry, Prometheus and OpenMetrics compatibility.
 */
export function toPrometheusName(name: string, unit: string, type: FamilyType): string {
  const base = sanitize(name.replace(/[^\w:]+/g, '_')).replace(/_total$/, '')
  const suffix = unit === '1' && type === 'gauge' ? 'ratio' : toUnitSuffix(unit)
  const withUnit =
    suffix === '' || base === suffix || base.endsWith(`_${suffix}`) ? base : `${base}_${suffix}`
  return type === 'counter' ? `${withUnit}_total` : withUnit
}

const KNOWN_LABELS = 500
const knownLabels = new Map<string, string>()

/** Spells an attribute's name as a label; `le` is the histogram's own. */
export function toLabelName(name: string): string {
  const known = knownLabels.get(name)
  if (known !== undefined) return known
  const label = spellLabel(name)
  if (knownLabels.size < KNOWN_LABELS) knownLabels.set(name, label)
  return label
}

function spellLabel(name: string): string {
  const label = sanitize(name.replace(/\W+/g, '_'))
  return label === 'le' || label.startsWith('__') ? `attribute_${label}` : label
}

function sanitize(text: string): string {
  const collapsed = text.replace(/_{2,}/g, '_').replace(/_$/, '')
  return /^\d/.test(collapsed) ? `_${collapsed}` : collapsed
}

function toUnitSuffix(unit: string): string {
  const [amount = '', per] = unit.replace(/\{[^}]*\}/g, '').split('/', 2)
  const words = [
    amount === '1' || amount === '' ? '' : (UNITS[amount] ?? amount),
    per === undefined || per === '' ? '' : `per_${singular(UNITS[per] ?? per)}`,
  ]
  return sanitize(
    words
      .filter((word) => word !== '')
      .join('_')
      .replace(/\W+/g, '_'),
  )
}

function singular(unit: string): string {
  return unit === 'hertz' || unit === 'celsius' ? unit : unit.replace(/s$/, '')
}
