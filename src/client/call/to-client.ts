import type { OperationPlan, ServicePlan } from '../../convention/service-plan.ts'
import { PAGE } from '../../convention/contract-wire.ts'
import type { SnapshotService } from '../../convention/snapshot.ts'
import type { CallEnd } from './call-end.ts'
import type { CallOptions } from './call-options.ts'
import { ClientError } from './client-error.ts'
import { readItems, readPages } from './pages.ts'
import { toProblem } from './problem.ts'
import { type EventSourceParts, readEvents } from './read-events.ts'
import type { ChecksOf } from './reply-checks.ts'
import type { TransportCode } from './transport-code.ts'

/** Makes one call of an operation. */
export type Invoke = (operation: string, input: unknown, options: CallOptions) => Promise<CallEnd>

/** What a client is: how to call, how to check events, and what it says of itself in a declaration. */
export interface ClientParts {
  readonly plan: ServicePlan
  readonly invoke: Invoke
  readonly checks: ChecksOf
  readonly service: SnapshotService
  /** Gives the data of events in place of a stream over HTTP. */
  readonly events?: (operation: string, input: unknown) => AsyncIterable<unknown>
}

/** Under this key a client keeps what it was made of, for `fake()`. */
export const CLIENT_PARTS: unique symbol = Symbol.for('servicex.client-parts')

type CallFunction = (input?: unknown, options?: CallOptions) => unknown

/** Gives a client: one function an operation, each of which makes a call at once. */
export function toClient(parts: ClientParts): object {
  const client: Record<string, CallFunction> = {}
  for (const [name, plan] of Object.entries(parts.plan.operations))
    client[name] = toFunction(parts, name, plan)
  // What `uses` of a declaration reads.
  Object.defineProperty(client, 'service', { value: parts.service })
  Object.defineProperty(client, CLIENT_PARTS, { value: parts })
  return client
}

function toFunction(parts: ClientParts, name: string, plan: OperationPlan): CallFunction {
  const { invoke } = parts
  switch (plan.ok.kind) {
    case 'events':
      return (input, options = {}) =>
        parts.events?.(name, input) ?? readEvents(toEventParts(parts, name, { input, options }))
    case 'page':
      return (input, options = {}) => {
        const first = invoke(name, input, options)
        const next = (cursor: string): Promise<CallEnd> =>
          invoke(name, { ...(input as object | undefined), [PAGE.cursor]: cursor }, options)
        const pages = (): AsyncIterable<never> => readPages(first, next) as AsyncIterable<never>
        return Object.assign(first, { orThrow, pages, items: () => readItems(pages()) })
      }
    default:
      return (input, options = {}) => Object.assign(invoke(name, input, options), { orThrow })
  }
}

/** Shared by all calls: a closure each would cost more than the call's own bookkeeping. */
async function orThrow(this: Promise<CallEnd>): Promise<unknown> {
  const end = await this
  if (end.ok) return end.data
  throw end.error
}

function toEventParts(
  { plan, invoke, checks }: ClientParts,
  name: string,
  { input, options }: { readonly input: unknown; readonly options: CallOptions },
): EventSourceParts {
  return {
    options,
    connect: (withId) => invoke(name, input, withId),
    check: async () => (await checks(name)).ok,
    toError({ reason, problem, isCut }) {
      const { code, data, traceId, hops } = toProblem(problem)
      const isDeclared =
        code !== undefined && Object.hasOwn(plan.operations[name]?.errors ?? {}, code)
      return new ClientError({
        service: plan.service,
        operation: name,
        code: isDeclared ? code : toCode(problem, isCut),
        data: isDeclared ? data : undefined,
        status: undefined,
        attempts: 1,
        sent: true,
        retryable: isCut === true,
        durationMs: 0,
        retryAfterMs: undefined,
        traceId,
        hops,
        reason: isDeclared || code === undefined ? reason : `${reason}: ${code}`,
        cause: undefined,
      })
    },
  }
}

function toCode(problem: unknown, isCut: true | undefined): TransportCode {
  if (isCut === true) return 'unavailable'
  return problem === undefined ? 'bad_response' : 'undeclared'
}
