import { monotonicMs } from '../../context/clock.ts'
import { RequestOperation } from '../../context/operation/request-operation.ts'
import { currentScope } from '../../context/scope.ts'
import { captureError } from '../../logging/log.ts'

/** Gives the record of the request that is being answered; `undefined` where none is kept. */
export function requestInProgress(): RequestOperation | undefined {
  const input = currentScope()?.input
  return input instanceof RequestOperation ? input : undefined
}

/** Says in every signal of the request which operation answers it: the template is its route, the name its span's. */
export function noteOperation(template: string, name: string | undefined): void {
  const request = requestInProgress()
  request?.setRoute(template)
  if (name !== undefined) request?.setOperation(name)
}

/** Hands on to the calls that are made for the request how long they may take, and when nobody waits for them. */
export function noteTime(leftMs: number | undefined, signal: AbortSignal): void {
  const request = requestInProgress()
  if (request === undefined) return
  request.deadlineAtMs = leftMs === undefined ? undefined : monotonicMs() + leftMs
  request.signal = signal
}

/** Tells of what a handler failed with: as the request's failure, or by itself where no record is kept. */
export function reportHandlerFailure(error: unknown): void {
  const request = requestInProgress()
  if (request === undefined) captureError(error)
  else request.fail(error)
}
