import { METRIC, UNMATCHED_ROUTE } from '../convention/metric-names.ts'
import type { Sample } from '../wire/exposition.ts'
import type { Probe } from './probe.ts'
import type { ReceivedSpan } from '../wire/received-span.ts'
import type { SentryEvent } from './sentry-ingest.ts'
import type { LogLine } from './spawned-app.ts'

/** What a request must lead to; what is absent may be anything, as long as the signals agree. */
export interface Expectation {
  /** The one, or the least and the most. */
  readonly status?: number | readonly [least: number, most: number] | undefined
  readonly route?: string | undefined
  readonly errorType?: string | undefined
  readonly errorEvents: number
  /** Calls to the next service; `undefined` when they are not counted. */
  readonly callsNext?: number | undefined
}

/** Everything that was seen of one request; all of it carries the request's trace id. */
export interface Observation extends Probe {
  /** `failing GET /boom` */
  readonly name: string
  readonly expected: Expectation
  readonly accessLines: readonly LogLine[]
  readonly exemplars: readonly Sample[]
  /** Of the app and of the services it called. */
  readonly spans: readonly ReceivedSpan[]
  readonly errorEvents: readonly SentryEvent[]
  /** Events in traces of no request at all. */
  readonly strayEvents: readonly SentryEvent[]
  /** The port of the next service. */
  readonly nextPort: number | undefined
}

/** One thing in which the signals of a request differ from each other, or from what was expected. */
export interface Finding {
  /** `failing GET /boom` */
  readonly request: string
  readonly signal:
    | 'reply'
    | 'access line'
    | 'span'
    | 'exemplar'
    | 'error event'
    | 'next service'
    | 'process'
  readonly field: string
  readonly actual: unknown
  readonly expected: unknown
}

/** nginx's status for a client that left before any was sent; a span has no status then. */
const CLIENT_LEFT_STATUS = 499

/** Gives every disagreement among the signals of one request. */
export function findDisagreements(seen: Observation): Finding[] {
  const findings: Finding[] = []
  const report = new Report(seen.name, findings)
  const span = report.one('span', serverSpans(seen))
  const line = report.one('access line', seen.accessLines)
  const exemplar = report.one('exemplar', seen.exemplars)
  report.count('error event', seen.errorEvents.length, seen.expected.errorEvents)
  if (seen.errorEvents.length < seen.expected.errorEvents)
    for (const stray of seen.strayEvents)
      report.on('error event')('trace_id', stray.contexts?.trace?.trace_id, seen.traceId)
  if (span !== undefined && line !== undefined) compareLine(report.on('access line'), line, span)
  if (span !== undefined && exemplar !== undefined)
    compareExemplar(report.on('exemplar'), exemplar, span)
  for (const event of seen.errorEvents)
    compareEvent(report.on('error event'), event, { spans: seen.spans, span, line })
  if (line !== undefined) compareExpectation(report, line, exemplar, seen)
  if (seen.nextPort !== undefined) compareNext(report.on('next service'), seen, seen.nextPort)
  return findings
}

/** Spells findings for a person, a line each. */
export function spellFinding({ request, signal, field, actual, expected }: Finding): string {
  return `${request}  ${signal}: ${field} is ${spell(actual)} — expected ${spell(expected)}`
}

/** The app's own span: the child of the client's. */
export function serverSpans({
  spans,
  parentSpanId,
}: Pick<Observation, 'spans' | 'parentSpanId'>): ReceivedSpan[] {
  return spans.filter((span) => span.kind === 'server' && span.parentSpanId === parentSpanId)
}

type Compare = (field: string, actual: unknown, expected: unknown) => void

class Report {
  readonly #request: string
  readonly #findings: Finding[]

  constructor(request: string, findings: Finding[]) {
    this.#request = request
    this.#findings = findings
  }

  on(signal: Finding['signal']): Compare {
    return (field, actual, expected) => {
      if (actual === expected) return
      this.#findings.push({ request: this.#request, signal, field, actual, expected })
    }
  }

  count(signal: Finding['signal'], actual: number, expected: number): void {
    this.on(signal)('their number', actual, expected)
  }

  /** Gives the only item; anything but one is a finding. */
  one<Item>(signal: Finding['signal'], items: readonly Item[]): Item | undefined {
    this.count(signal, items.length, 1)
    return items.length === 1 ? items[0] : undefined
  }
}

function compareLine(compare: Compare, line: LogLine, span: ReceivedSpan): void {
  const http = httpOf(line)
  compare('span_id', line['span_id'], span.spanId)
  compare('http.method', http.method, span.attributes['http.request.method'])
  compare('http.route', http.route, span.attributes['http.route'] ?? UNMATCHED_ROUTE)
  compare('http.status', http.status, statusOf(span))
}

function compareExemplar(compare: Compare, { exemplar, labels }: Sample, span: ReceivedSpan): void {
  const { attributes } = span
  compare('span_id', exemplar?.labels['span_id'], span.spanId)
  compare('http_request_method', labels['http_request_method'], attributes['http.request.method'])
  compare('http_route', labels['http_route'], attributes['http.route'] ?? UNMATCHED_ROUTE)
  compare('http_response_status_code', Number(labels['http_response_status_code']), statusOf(span))
  compare('error_type', labels['error_type'], attributes['error.type'])
}

/** An error that was reported from within a span of the app's own carries that span. */
function compareEvent(
  compare: Compare,
  event: SentryEvent,
  {
    spans,
    span,
    line,
  }: { spans: readonly ReceivedSpan[]; span: ReceivedSpan | undefined; line: LogLine | undefined },
): void {
  const spanId = event.contexts?.trace?.span_id
  if (span !== undefined && !spans.some((known) => known.spanId === spanId))
    compare('span_id', spanId, span.spanId)
  const error = line?.['error'] as { type?: unknown; message?: unknown } | undefined
  const exception = event.exception?.values?.at(-1)
  compare('exception type', exception?.type, error?.type)
  compare('exception message', exception?.value, error?.message)
}

function compareExpectation(
  report: Report,
  line: LogLine,
  exemplar: Sample | undefined,
  { status, expected }: Observation,
): void {
  const http = httpOf(line)
  if (status !== undefined) report.on('reply')('status', status, http.status)
  const compare = report.on('access line')
  compareStatus(compare, Number(http.status), expected.status)
  if (expected.route !== undefined) compare('http.route', http.route, expected.route)
  if (expected.errorType !== undefined)
    report.on('exemplar')('error_type', exemplar?.labels['error_type'] ?? '', expected.errorType)
}

function compareStatus(compare: Compare, actual: number, wanted: Expectation['status']): void {
  if (wanted === undefined) return
  const [least, most] = typeof wanted === 'number' ? [wanted, wanted] : wanted
  if (actual < least || actual > most)
    compare('http.status', actual, least === most ? least : `${least}–${most}`)
}

/** Each call to the next service is one span here, and one there below it. */
function compareNext(compare: Compare, { spans, expected }: Observation, port: number): void {
  const calls = spans.filter(
    (span) => span.kind === 'client' && span.attributes['server.port'] === port,
  )
  if (expected.callsNext !== undefined) compare('number of calls', calls.length, expected.callsNext)
  for (const call of calls) {
    const served = spans.filter(
      (span) => span.kind === 'server' && span.parentSpanId === call.spanId,
    )
    compare(`number of its spans below ${call.name} ${call.spanId}`, served.length, 1)
  }
}

interface HttpPart {
  readonly method?: unknown
  readonly route?: unknown
  readonly status?: unknown
}

function httpOf(line: LogLine): HttpPart {
  return line['http'] as HttpPart
}

function statusOf(span: ReceivedSpan): unknown {
  return span.attributes['http.response.status_code'] ?? CLIENT_LEFT_STATUS
}

function spell(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}

/** The metric whose exemplars are looked at, as its samples are called. */
export const EXEMPLAR_SAMPLE: string = `${METRIC.httpServerDuration}_bucket`
