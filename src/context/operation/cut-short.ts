import { Operation } from './operation.ts'
import { RequestOperation, SERVER_ERROR_STATUS } from './request-operation.ts'
import { currentScope } from '../scope.ts'

/**
 * Ends the records of what the running code belongs to, because the process ends and nothing else
 * will: the span, and the request, message or job it serves. `error` is what ended it, if anything did.
 */
export function cutShort(error?: unknown): void {
  const scope = currentScope()
  for (const operation of [scope?.span, scope?.input]) {
    if (!(operation instanceof Operation) || operation.ended) continue
    if (error !== undefined) operation.fail(error)
    if (operation instanceof RequestOperation) operation.cutShort(SERVER_ERROR_STATUS)
    else operation.finish()
  }
}
