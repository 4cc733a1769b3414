import { METRIC } from '../../../src/convention/metric-names.ts'

/** What a pod says of its requests: all since its start, or an increase. */
export interface Counters {
  readonly requests: number
  readonly errors: number
  /** Requests that took at most so many seconds, by the bound. */
  readonly buckets: ReadonlyMap<number, number>
}

/** Of no request. */
export const NONE: Counters = { requests: 0, errors: 0, buckets: new Map() }

const NAME = METRIC.httpServerDuration

/**
 * Reads the counters of a `/metrics` page; nothing when it has none of them. Only the lines of this one
 * metric are looked at: a page of a service with many routes has thousands.
 */
export function toCounters(page: string): Counters | undefined {
  if (!page.includes(NAME)) return undefined
  let requests = 0
  let errors = 0
  const buckets = new Map<number, number>()
  for (const line of page.split('\n')) {
    const sample = toSample(line)
    if (sample === undefined) continue
    if (sample.suffix === '_bucket') {
      const bound = toBound(labelOf(sample.labels, 'le'))
      buckets.set(bound, (buckets.get(bound) ?? 0) + sample.value)
    } else if (sample.suffix === '_count') {
      requests += sample.value
      if (isError(sample.labels)) errors += sample.value
    }
  }
  return { requests, errors, buckets }
}

/** What came between two looks. A counter that fell began anew: its process was started again. */
export function toIncrease(earlier: Counters, now: Counters): Counters {
  if (now.requests < earlier.requests || now.errors < earlier.errors) return now
  const buckets = [...now.buckets].map(
    ([bound, count]) => [bound, Math.max(0, count - (earlier.buckets.get(bound) ?? 0))] as const,
  )
  return {
    requests: now.requests - earlier.requests,
    errors: now.errors - earlier.errors,
    buckets: new Map(buckets),
  }
}

/** Gives the sum of two. */
export function addCounters(a: Counters, b: Counters): Counters {
  const buckets = new Map(a.buckets)
  for (const [bound, count] of b.buckets) buckets.set(bound, (buckets.get(bound) ?? 0) + count)
  return { requests: a.requests + b.requests, errors: a.errors + b.errors, buckets }
}

interface Sample {
  readonly suffix: string
  readonly labels: string
  readonly value: number
}

/** A value that is none, or less than nothing, counts nothing. */
function toSample(line: string): Sample | undefined {
  if (!line.startsWith(NAME)) return undefined
  const at = line.indexOf('{')
  if (at === -1) return undefined
  // Behind the labels there are numbers alone, unless an exemplar follows.
  const end = line.includes(' # ') ? endOfLabels(line, at) : line.lastIndexOf('}')
  const value = Number.parseFloat(line.slice(end + 1))
  if (end < at || !Number.isFinite(value) || value < 0) return undefined
  return { suffix: line.slice(NAME.length, at), labels: line.slice(at + 1, end), value }
}

/** The place of the brace that ends the labels: one within a value is none. */
function endOfLabels(line: string, start: number): number {
  let isQuoted = false
  for (let at = start; at < line.length; at += 1) {
    const char = line[at]
    if (char === '\\') at += 1
    else if (char === '"') isQuoted = !isQuoted
    else if (char === '}' && !isQuoted) return at
  }
  return line.length
}

/** The service failed it: a status of 500 or more, or none at all. Who went away did not wait. */
function isError(labels: string): boolean {
  const status = labelOf(labels, 'http_response_status_code') ?? ''
  if (status !== '') return Number(status) >= 500
  const type = labelOf(labels, 'error_type') ?? ''
  return type !== '' && type !== 'client_aborted'
}

/** A quote within a value stands behind a backslash: no value looks like a label. */
function labelOf(labels: string, name: string): string | undefined {
  const mark = `${name}="`
  const at = labels.startsWith(mark) ? 0 : labels.indexOf(`,${mark}`) + 1
  if (at === 0 && !labels.startsWith(mark)) return undefined
  const start = at + mark.length
  return labels.slice(start, labels.indexOf('"', start))
}

function toBound(text: string | undefined): number {
  const bound = Number(text)
  return Number.isNaN(bound) ? Infinity : bound
}
