/** Labels of a series or an exemplar. */
export type Labels = Readonly<Record<string, string>>

/** One line of `/metrics`. */
export interface Sample {
  /** As written, with its suffix: `http_server_request_duration_seconds_bucket`. */
  readonly name: string
  readonly labels: Labels
  readonly value: number
  /** As written: milliseconds in the Prometheus text format, seconds in OpenMetrics. */
  readonly timestamp: number | undefined
  readonly exemplar: Exemplar | undefined
}

/** The one measurement that stands for the others of its bucket; OpenMetrics only. */
export interface Exemplar {
  readonly labels: Labels
  readonly value: number
  readonly timestampSeconds: number | undefined
}

/** A metric and its samples. */
export interface MetricFamily {
  /** As in `# TYPE`: without `_bucket`, and in OpenMetrics without `_total`. */
  readonly name: string
  readonly type: string
  readonly help: string
  readonly unit: string
  readonly samples: readonly Sample[]
}

/** A page of metrics. */
export interface Exposition {
  readonly families: readonly MetricFamily[]
  /** The samples of all families, in order. */
  readonly samples: readonly Sample[]
  /** True when the page ends in `# EOF`, as OpenMetrics must. */
  readonly hasEof: boolean
}

type OpenFamily = { -readonly [Key in keyof MetricFamily]: MetricFamily[Key] } & {
  readonly samples: Sample[]
}

const SUFFIXES = /_(?:bucket|sum|count|total|created|info|gsum|gcount)$/
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|(?=\}))/y
const NUMBERS = /^[ \t]+(\S+)(?:[ \t]+(\S+))?[ \t]*$/
const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\\\': '\\', '\\"': '"' }

/**
 * Parses a page in the Prometheus text format 0.0.4 or in OpenMetrics 1.0.
 *
 * Throws on a line that neither format has, naming it and its number.
 */
export function parseExposition(text: string): Exposition {
  const families = new Map<string, OpenFamily>()
  const samples: Sample[] = []
  let hasEof = false
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue
    try {
      if (hasEof) throw new Error('after # EOF')
      if (line === '# EOF') hasEof = true
      else if (line.startsWith('#')) readMetadata(families, line)
      else samples.push(readSample(families, line))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(`metrics line ${index + 1}: ${reason}: ${line}`, { cause: error })
    }
  }
  return { families: [...families.values()], samples, hasEof }
}

/** The samples of `name` whose labels include all of `labels`. */
export function findSamples(exposition: Exposition, name: string, labels: Labels = {}): Sample[] {
  const wanted = Object.entries(labels)
  return exposition.samples.filter((sample) => {
    return sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value)
  })
}

function readMetadata(families: Map<string, OpenFamily>, line: string): void {
  const [, keyword, name, rest = ''] = /^# (HELP|TYPE|UNIT) (\S+)(?: (.*))?$/.exec(line) ?? []
  if (keyword === undefined || name === undefined) return
  const family = openFamily(families, name)
  if (keyword === 'HELP') family.help = unescapeText(rest)
  else if (keyword === 'UNIT') family.unit = rest
  else if (family.samples.length > 0) throw new Error('TYPE after the samples')
  else family.type = rest
}

function openFamily(families: Map<string, OpenFamily>, name: string): OpenFamily {
  const known = families.get(name)
  if (known !== undefined) return known
  const family: OpenFamily = { name, type: 'unknown', help: '', unit: '', samples: [] }
  families.set(name, family)
  return family
}

function readSample(families: Map<string, OpenFamily>, line: string): Sample {
  const [name, afterName] = readName(line)
  const [labels, afterLabels] =
    line[afterName] === '{' ? readLabels(line, afterName) : [{}, afterName]
  const [main, exemplar] = splitOnce(line.slice(afterLabels), ' # ')
  const [value, timestamp] = readNumbers(main)
  const sample = {
    name,
    labels,
    value,
    timestamp,
    exemplar: exemplar === undefined ? undefined : readExemplar(exemplar),
  }
  const familyName = families.has(name) ? name : name.replace(SUFFIXES, '')
  openFamily(families, families.has(familyName) ? familyName : name).samples.push(sample)
  return sample
}

function readName(line: string): [string, number] {
  NAME.lastIndex = 0
  const name = NAME.exec(line)?.[0]
  if (name === undefined) throw new Error('no metric name')
  return [name, name.length]
}

function readLabels(line: string, start: number): [Labels, number] {
  const pairs: [string, string][] = []
  let offset = start + 1
  while (line[offset] !== '}') {
    LABEL.lastIndex = offset
    const match = LABEL.exec(line)
    if (match === null) throw new Error(`no label at column ${offset + 1}`)
    pairs.push([match[1] as string, unescapeText(match[2] as string)])
    offset += match[0].length
  }
  const labels = Object.fromEntries(pairs)
  if (Object.keys(labels).length !== pairs.length) throw new Error('a label twice')
  return [labels, offset + 1]
}

function readExemplar(text: string): Exemplar {
  if (!text.startsWith('{')) throw new Error('an exemplar without labels')
  const [labels, end] = readLabels(text, 0)
  const [value, timestampSeconds] = readNumbers(text.slice(end))
  return { labels, value, timestampSeconds }
}

function readNumbers(text: string): [number, number | undefined] {
  const [, value, timestamp] = NUMBERS.exec(text) ?? []
  if (value === undefined) throw new Error('no value')
  return [toFloat(value), timestamp === undefined ? undefined : toFloat(timestamp)]
}

function toFloat(text: string): number {
  if (/^\+?inf$/i.test(text)) return Infinity
  if (/^-inf$/i.test(text)) return -Infinity
  if (/^nan$/i.test(text)) return Number.NaN
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text))
    throw new Error(`not a number: ${text}`)
  return Number(text)
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator)
  return index === -1
    ? [text, undefined]
    : [text.slice(0, index), text.slice(index + separator.length)]
}

function unescapeText(text: string): string {
  return text.replace(/\\[\\n"]/g, (escape) => ESCAPES[escape] as string)
}
