import type { Attributes, AttributeValue } from '@opentelemetry/api'
import { SPAN_KIND, type Operation } from './operation/operation.ts'
import { toChildPlace } from './operation/place.ts'
import { currentScope, ROOT_SCOPE, storage } from './scope.ts'
import { SpanOperation } from './operation/span-operation.ts'

/** A span of the app's own while it runs. */
export interface ActiveSpan {
  readonly traceId: string
  readonly spanId: string
  setAttribute(key: string, value: AttributeValue): ActiveSpan
  setAttributes(attributes: Attributes): ActiveSpan
  addEvent(name: string, attributes?: Attributes): ActiveSpan
}

/**
 * Runs `work` as a span named `name`; calls, queries and lines made by it belong to the span.
 *
 * Gives what `work` gives. When it throws or rejects, the span notes that and the error goes on.
 * `name` is low-cardinality: `render invoice`, never `render invoice 4711`.
 */
export function withSpan<Result>(name: string, work: (span: ActiveSpan) => Result): Result {
  const scope = currentScope()
  const span = new SpanOperation({
    name,
    kind: SPAN_KIND.internal,
    place: toChildPlace(scope),
    parent: scope ?? ROOT_SCOPE,
    scopeName: 'servicex',
  })
  return finishWith(span, () => storage.run(span, () => work(span)))
}

/** Ends `operation` when `work` has returned, thrown, or settled. */
export function finishWith<Result>(operation: Operation, work: () => Result): Result {
  let result: Result
  try {
    result = work()
  } catch (error) {
    operation.fail(error)
    operation.finish()
    throw error
  }
  if (isThenable(result)) return settle(operation, result) as Result
  operation.finish()
  return result
}

async function settle<Value>(operation: Operation, promise: PromiseLike<Value>): Promise<Value> {
  try {
    return await promise
  } catch (error) {
    operation.fail(error)
    throw error
  } finally {
    operation.finish()
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
