import { type BenchOptions, type NextService, openBench, type Trial } from './correlation-bench.ts'
import {
  findDisagreements,
  type Finding,
  type Observation,
  serverSpans,
  spellFinding,
} from './correlation.ts'
import type { Sample } from '../wire/exposition.ts'
import type { ReceivedSpan } from '../wire/received-span.ts'
import type { SentryEvent } from './sentry-ingest.ts'
import type { AppCommand, LogLine } from './spawned-app.ts'

/** One request to the app, and what it must lead to; of what is absent, only that the signals agree on it. */
export interface CorrelatedRequest {
  /** Path and query. */
  readonly path: string
  /** Default GET. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The client leaves as soon as the app has logged a line for this request, at the latest after 1 s. */
  readonly leaves?: boolean
  readonly status?: number
  /** The template: `/invoices/:id`; `unmatched` where there is none. */
  readonly route?: string
  readonly errorType?: string
  /** How many error events are sent; 1 for `failing`, else 0. */
  readonly errorEvents?: number
  /** How many calls to the next service it makes. */
  readonly callsNext?: number
}

/** An app, and the requests whose signals must agree. A string is the path of a GET. */
export interface CorrelationOptions extends AppCommand {
  /** A request that succeeds; default `/`. */
  readonly ok?: string | CorrelatedRequest | false
  /** A request for nothing there is; default a path that no app has. */
  readonly notFound?: string | CorrelatedRequest | false
  /** A request whose handler throws; none is sent without it. */
  readonly failing?: string | CorrelatedRequest
  /** A request that takes long, which the client leaves; none is sent without it. */
  readonly aborted?: string | CorrelatedRequest
  /** Further ones. */
  readonly more?: readonly CorrelatedRequest[]
  /** Another service with servicex that the app calls. */
  readonly next?: NextService
  /** The bound of each step: start, reply, arrival, stop. Default 10 000. */
  readonly timeoutMs?: number
}

/** What was seen of one request when all signals agreed. */
export interface CorrelatedResult {
  /** `failing GET /boom` */
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly accessLine: LogLine
  readonly span: ReceivedSpan
  /** Every span of the trace, of the next service too. */
  readonly spans: readonly ReceivedSpan[]
  readonly exemplar: Sample
  readonly errorEvent: SentryEvent | undefined
}

/** The signals of at least one request do not agree; each disagreement is one of `findings`, and one line of the message. */
export class CorrelationError extends Error {
  override readonly name = 'CorrelationError'
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[], app: AppCommand) {
    const requests = new Set(findings.map(({ request }) => request)).size
    super(
      `the signals of ${requests} ${requests === 1 ? 'request' : 'requests'} to ${app.command.join(' ')} do not agree` +
        findings.map((finding) => `\n  ${spellFinding(finding)}`).join('') +
        '\n  fix: have init() run once and first, and let errors reach the framework or log.error()',
    )
    this.findings = findings
  }
}

const TIMEOUT_MS = 10_000
const NO_PATH = '/servicex-no-such-path'
const SUCCESS = [100, 399] as const
const SERVER_ERROR = [500, 599] as const

/**
 * Starts a service as it is deployed, sends it requests, and asserts that the four signals of each
 * agree: one access line, one server span, one exemplar and, for a failure, one error event, with
 * the same trace and span id, status, route and error type; and that the services it calls are in
 * the same trace.
 *
 * Resolves with what was seen, in the order of the requests. Rejects with a `CorrelationError` that
 * lists every disagreement, or with an `AppStartError`. Needs no collector and no test runner.
 */
export async function expectCorrelated(options: CorrelationOptions): Promise<CorrelatedResult[]> {
  const bench = await openBench(toBenchOptions(options))
  let ending: string
  let observations: Observation[]
  try {
    for (const trial of toTrials(options)) await bench.send(trial)
    ending = await bench.stop()
    observations = bench.observations()
  } finally {
    await bench.close()
  }
  const findings = observations.flatMap(findDisagreements)
  if (ending !== ORDERLY_END) findings.push(toEndFinding(ending))
  if (findings.length > 0) throw new CorrelationError(findings, options)
  return observations.map(toResult)
}

const ORDERLY_END = 'exited with 0'

function toEndFinding(ending: string): Finding {
  const request = 'after the requests'
  return {
    request,
    signal: 'process',
    field: 'end on SIGTERM',
    actual: ending,
    expected: ORDERLY_END,
  }
}

function toBenchOptions({
  next,
  timeoutMs = TIMEOUT_MS,
  ...app
}: CorrelationOptions): BenchOptions {
  return { app, next, timeoutMs }
}

function toTrials({
  ok = '/',
  notFound = NO_PATH,
  failing,
  aborted,
  more = [],
}: CorrelationOptions): Trial[] {
  return [
    ...toTrial('ok', ok, { status: SUCCESS }),
    ...toTrial('not found', notFound, { status: 404 }),
    ...toTrial('failing', failing, { status: SERVER_ERROR, errorEvents: 1 }),
    ...toTrial('aborted', aborted, { errorType: 'client_aborted' }, true),
    ...more.flatMap((each) => toTrial('', each, {})),
  ]
}

function toTrial(
  kind: string,
  given: string | CorrelatedRequest | false | undefined,
  expected: Partial<Trial['expected']>,
  leaves = false,
): Trial[] {
  if (given === undefined || given === false) return []
  const asked: CorrelatedRequest = typeof given === 'string' ? { path: given } : given
  const { method = 'GET', path } = asked
  return [
    {
      name: `${kind} ${method} ${path}`.trim(),
      request: { leaves, ...asked },
      expected: {
        status: asked.status ?? expected.status,
        route: asked.route,
        errorType: asked.errorType ?? expected.errorType,
        errorEvents: asked.errorEvents ?? expected.errorEvents ?? 0,
        callsNext: asked.callsNext,
      },
    },
  ]
}

/** Only of observations without a finding: they have one of each. */
function toResult(seen: Observation): CorrelatedResult {
  const [span, line, exemplar] = [serverSpans(seen)[0], seen.accessLines[0], seen.exemplars[0]]
  if (span === undefined || line === undefined || exemplar === undefined)
    throw new TypeError(`${seen.name} has not been compared`)
  return {
    name: seen.name,
    traceId: seen.traceId,
    spanId: span.spanId,
    accessLine: line,
    span,
    spans: seen.spans,
    exemplar,
    errorEvent: seen.errorEvents[0],
  }
}
