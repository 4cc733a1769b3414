import { RequestOperation } from './operation/request-operation.ts'
import { currentScope, type LogFields, ROOT_SCOPE, storage } from './scope.ts'

/**
 * Adds fields to log lines: with `work`, to every line made by it; without, to every later line of
 * the running request or job. Outside of both, and without `work`, it does nothing.
 */
export function withContext(fields: LogFields): void
export function withContext<Result>(fields: LogFields, work: () => Result): Result
export function withContext<Result>(fields: LogFields, work?: () => Result): Result | undefined {
  const scope = currentScope()
  if (work !== undefined) return storage.run((scope ?? ROOT_SCOPE).withFields(fields), work)
  scope?.input?.addFields(fields)
  return undefined
}

/**
 * Names the route template of the running request, for servers without a router that servicex knows
 * (`/users/:id`, never a raw path). Outside of a request it does nothing.
 */
export function setRoute(route: string): void {
  const input = currentScope()?.input
  if (input instanceof RequestOperation) input.setRoute(route)
}
