import { publish } from '../observer.ts'
import { fieldsOf } from './input-operation.ts'
import type { FailureFacts } from '../facts.ts'
import type { Scope } from '../scope.ts'

const reported = new WeakSet<object>()
const thrownIn = new WeakMap<object, Scope>()

/** Remembers the scope of an error that leaves a server's listener: the process hears of it outside of every scope. */
export function noteThrown(error: unknown, scope: Scope): void {
  if (typeof error === 'object' && error !== null) thrownIn.set(error, scope)
}

/** Gives the scope an error was thrown in, where the one who hears of it has none. */
export function scopeOfThrown(error: unknown): Scope | undefined {
  return typeof error === 'object' && error !== null ? thrownIn.get(error) : undefined
}

/**
 * Tells the signals of an error, the first time it is seen; says whether this was the first.
 *
 * The same error object is told of once, however many layers catch, log and rethrow it. A thrown
 * primitive has no identity and is told of each time.
 */
export function reportFailure(
  error: unknown,
  severity: FailureFacts['severity'],
  caller: Scope | undefined,
): boolean {
  if (typeof error === 'object' && error !== null) {
    if (reported.has(error)) return false
    reported.add(error)
  }
  const scope = caller ?? scopeOfThrown(error)
  publish('onFailure', {
    error,
    severity,
    trace: scope?.span?.spanContext(),
    fields: fieldsOf(scope),
    input: scope?.input as FailureFacts['input'],
  })
  return true
}
