import { formatTraceParent } from '../propagation/trace-parent.ts'
import { PROPAGATED } from '../../convention/propagation.ts'
import { observer } from '../observer.ts'
import type { Operation } from '../operation/operation.ts'
import { CONTEXT_KEY, currentScope, DELETED, type Scope } from '../scope.ts'

/** The baggage object of OpenTelemetry's API, as far as it is written to a header. */
interface BaggageLike {
  getAllEntries(): [string, { value: string; metadata?: { toString(): string } }][]
}

/** Calls `set` for every header that carries `operation`'s context to a host; none for a host that is not the company's own. */
export function injectHeaders(
  operation: Operation,
  host: string,
  set: (name: string, value: string) => void,
): void {
  if (!observer().isInternalHost(host)) return
  writeHeaders(operation, operation, set)
}

/**
 * Gives the headers that carry the running work's context to whatever it starts next: a queue
 * message, a job, a call by a client that servicex does not hook. Empty outside of any request or job.
 */
export function outgoingHeaders(): Record<string, string> {
  const headers: Record<string, string> = {}
  const scope = currentScope()
  if (scope !== undefined) writeHeaders(scope, scope.span, (name, value) => (headers[name] = value))
  return headers
}

/** Calls `set` for every header that carries a scope's context. */
export function writeHeaders(
  scope: Scope,
  span: Scope['span'],
  set: (name: string, value: string) => void,
): void {
  const context = span?.spanContext()
  if (context !== undefined) {
    set(
      PROPAGATED.traceparent,
      formatTraceParent(context.traceId, context.spanId, (context.traceFlags & 1) === 1),
    )
    const state = context.traceState?.serialize()
    if (state !== undefined && state !== '') set(PROPAGATED.tracestate, state)
  }
  const baggage = outgoingBaggage(scope)
  if (baggage !== undefined) set(PROPAGATED.baggage, baggage)
  if (scope.input !== undefined) set(PROPAGATED.requestId, scope.input.requestId)
}

/** Gives the baggage to pass on: the caller's as it came, unless the app put another into its context. */
export function outgoingBaggage(scope: Scope): string | undefined {
  const changed = scope.values?.get(CONTEXT_KEY.baggage)
  if (changed === undefined) return scope.input?.baggage
  if (changed === DELETED) return undefined
  const members = (changed as BaggageLike).getAllEntries().map(([key, { value, metadata }]) => {
    const suffix = metadata === undefined ? '' : metadata.toString()
    return `${encodeURIComponent(key)}=${encodeURIComponent(value)}${suffix === '' ? '' : `;${suffix}`}`
  })
  return members.length === 0 ? undefined : members.join(',')
}
