import type { ErrorEvent, NodeOptions } from '@sentry/node'
import { isError, messageOf, toErrorRecord } from '../convention/error-record.ts'
import { read, toSafeData, toSafeText } from '../convention/safe-json.ts'
import { scrub, scrubQuery } from '../convention/scrub.ts'
import type { FailureFacts, JobFacts, RequestFacts } from '../context/facts.ts'
import { isOwnCode } from './own-code.ts'

type CaptureContext = NonNullable<
  Extract<NonNullable<NodeOptions['initialScope']>, { contexts?: unknown }>
>

/** Gives what an error event says beside the error: its trace, its request or job, the app's fields. */
export function toCaptureContext(facts: FailureFacts, service: string): CaptureContext {
  const { trace, input, fields } = facts
  return {
    level: facts.severity,
    tags: {
      service,
      ...(input === undefined ? {} : { request_id: input.requestId }),
      ...(input !== undefined && 'job' in input ? { job: input.job } : {}),
      ...(input !== undefined && 'route' in input && input.route !== undefined
        ? { route: input.route }
        : {}),
    },
    contexts: {
      ...(trace === undefined ? {} : { trace: toTraceContext(trace, input) }),
      ...(fields === undefined ? {} : { fields: toSafeData(fields) }),
    },
  } as unknown as CaptureContext
}

function toTraceContext(
  trace: NonNullable<FailureFacts['trace']>,
  input: FailureFacts['input'],
): Record<string, string> {
  const own = input !== undefined && input.spanId === trace.spanId
  return {
    trace_id: trace.traceId,
    span_id: trace.spanId,
    ...(own && input.parentSpanId !== undefined ? { parent_span_id: input.parentSpanId } : {}),
    ...(input === undefined ? {} : { op: 'job' in input ? 'job' : 'http.server' }),
  }
}

/** What an event was made of. */
export interface EventOrigin {
  readonly error?: unknown
  readonly input: FailureFacts['input']
}

/**
 * Names the request or job an event belongs to, gives its exceptions the types that lines, spans and
 * metrics give them, tells servicex's code from the app's, and takes known secrets out of its texts.
 */
export function completeEvent(event: ErrorEvent, { error, input }: EventOrigin): ErrorEvent {
  nameTypes(event.exception?.values ?? [], error)
  if (input !== undefined) event.transaction = 'job' in input ? input.job : requestName(input)
  if (input !== undefined && !('job' in input)) event.request = toRequest(input)
  if (event.message !== undefined) event.message = toSafeText(event.message)
  if (event.extra !== undefined) event.extra = toSafeData(event.extra) as typeof event.extra
  for (const exception of event.exception?.values ?? []) {
    if (exception.value !== undefined) exception.value = toSafeText(exception.value)
    for (const frame of exception.stacktrace?.frames ?? []) {
      scrubSource(frame)
      if (isOwnCode(frame.filename ?? '')) frame.in_app = false
    }
  }
  return event
}

/** The SDK takes `error.name`, which a subclass seldom sets. The error itself comes last, a cause before what it caused. */
function nameTypes(values: readonly { type?: string; value?: string }[], error: unknown): void {
  let current = error
  for (const exception of values.toReversed()) {
    if (!isError(current) || exception.value !== messageOf(current)) return
    exception.type = typeOf(current)
    current = read(current, 'cause')
  }
}

function typeOf(error: Error): string {
  try {
    return toErrorRecord(error).type
  } catch {
    return 'Error'
  }
}

/** A frame of an error event's stack. */
export type Frame = NonNullable<
  NonNullable<NonNullable<ErrorEvent['exception']>['values']>[number]['stacktrace']
>['frames'] extends (infer Item)[] | undefined
  ? Item
  : never

/** The lines of source beside a frame hold literals, and a literal may be a secret. */
function scrubSource(frame: Frame): void {
  if (frame.context_line !== undefined) frame.context_line = scrub(frame.context_line)
  frame.pre_context = frame.pre_context?.map(scrub) ?? []
  frame.post_context = frame.post_context?.map(scrub) ?? []
}

/** A request's name is settled only at its end; an error logged before has the route known by then. */
function requestName(input: RequestFacts): string {
  return input.route === undefined ? input.method : `${input.method} ${input.route}`
}

function toRequest(
  input: Exclude<FailureFacts['input'], JobFacts | undefined>,
): NonNullable<ErrorEvent['request']> {
  const url = `${input.scheme}://${input.host ?? 'unknown'}${input.path}`
  return {
    method: input.method,
    url: scrub(url),
    ...(input.query === undefined ? {} : { query_string: scrubQuery(input.query) }),
  }
}
