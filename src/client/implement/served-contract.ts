import { monotonicMs } from '../../context/clock.ts'
import type { OperationModel } from '../contract/operation-model.ts'
import { Admission } from './admission.ts'
import { answer } from './answer.ts'
import { type IncomingRequest, pathOf } from './incoming-request.ts'
import { type OutgoingReply, toEmptyReply, toHeadReply, toJsonReply } from './outgoing-reply.ts'
import { toProblemReply } from './problem-reply.ts'
import { Refusal } from './refusal.ts'
import { ReplyMemory } from './reply-memory.ts'
import { Repetitions } from './repetitions.ts'
import { noteOperation } from './request-in-progress.ts'
import type { RouteTable } from './route-table.ts'
import type { ServeOptions } from './serve-options.ts'
import type { ServedOperation } from './served-operation.ts'

/** What a contract is served with, beside its operations. */
export interface ServedWith {
  readonly options: ServeOptions
  readonly openapiPath: string | undefined
  /** Gives the text of the snapshot; asked for once. */
  readonly snapshot: () => string
}

/** What every mount serves: it finds the operation of a request and answers. */
export class ServedContract {
  readonly routes: RouteTable
  readonly openapiPath: string | undefined
  readonly #operations: ReadonlyMap<string, ServedOperation>
  readonly #with: ServedWith
  readonly #admission: Admission
  readonly #repetitions: Repetitions | undefined
  #snapshot: string | undefined

  constructor(routes: RouteTable, operations: readonly ServedOperation[], given: ServedWith) {
    this.routes = routes
    this.openapiPath = given.openapiPath
    this.#operations = new Map(operations.map((operation) => [operation.model.name, operation]))
    this.#with = given
    this.#admission = new Admission(given.options.maxInFlight)
    const { replies = new ReplyMemory(monotonicMs) } = given.options
    this.#repetitions = replies === false ? undefined : new Repetitions(replies)
  }

  /** Gives the reply to a request; `undefined` when its path is none of the contract's. */
  find(request: IncomingRequest): Promise<OutgoingReply> | undefined {
    const path = pathOf(request)
    if (path === this.openapiPath) return this.describe(request.method)
    const match = this.routes.find(request.method, path)
    if (match.kind === 'none') return undefined
    if (match.kind === 'method')
      return Promise.resolve(this.refuseMethod(request.method, match.template, match.allow))
    return this.answer(match.operation, request, { raw: match.params, decoded: false })
  }

  /** Answers a request whose operation is known. */
  answer(
    { name }: OperationModel,
    request: IncomingRequest,
    path: { readonly raw: Readonly<Record<string, string>>; readonly decoded: boolean },
  ): Promise<OutgoingReply> {
    const served = this.#operations.get(name)
    if (served === undefined) return Promise.resolve(this.refusePath())
    const refusal = this.#admission.enter()
    if (refusal === undefined)
      return answer({
        served,
        request,
        path,
        options: this.#with.options,
        repetitions: this.#repetitions,
      }).finally(this.#admission.leave)
    noteOperation(served.model.path, name)
    return Promise.resolve(toProblemReply(refusal))
  }

  /** Gives the reply to a path that is none of the contract's. */
  refusePath(): OutgoingReply {
    return toProblemReply(new Refusal('no_such_operation'))
  }

  /** Gives the reply to a method that a path does not have: which it has, as the answer to OPTIONS as well. */
  refuseMethod(method: string, template: string, allow: readonly string[]): OutgoingReply {
    noteOperation(template, undefined)
    const headers = { allow: allow.join(', ') }
    if (method === 'OPTIONS') return toEmptyReply(204, headers)
    return toProblemReply(new Refusal('method_not_allowed', { headers }))
  }

  /** Gives the snapshot. */
  async describe(method: string): Promise<OutgoingReply> {
    if (method !== 'GET' && method !== 'HEAD')
      return this.refuseMethod(method, this.openapiPath ?? '', ['GET', 'HEAD', 'OPTIONS'])
    noteOperation(this.openapiPath ?? '', undefined)
    this.#snapshot ??= this.#with.snapshot()
    const reply = toJsonReply(200, this.#snapshot)
    return method === 'HEAD' ? toHeadReply(reply) : reply
  }
}
