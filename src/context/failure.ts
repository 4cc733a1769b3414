import { publish } from './observer.ts'
import { fieldsOf } from './input-operation.ts'
import type { FailureFacts } from './facts.ts'
import type { Scope } from './scope.ts'

const reported = new WeakSet<object>()

/**
 * Tells the signals of an error, the first time it is seen; says whether this was the first.
 *
 * The same error object is told of once, however many layers catch, log and rethrow it. A thrown
 * primitive has no identity and is told of each time.
 */
export function reportFailure(
  error: unknown,
  severity: FailureFacts['severity'],
  scope: Scope | undefined,
): boolean {
  if (typeof error === 'object' && error !== null) {
    if (reported.has(error)) return false
    reported.add(error)
  }
  publish('onFailure', {
    error,
    severity,
    trace: scope?.span?.spanContext(),
    fields: fieldsOf(scope),
    input: scope?.input as FailureFacts['input'],
  })
  return true
}
