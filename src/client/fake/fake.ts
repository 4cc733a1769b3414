import type { OperationPlan, ServicePlan } from '../../convention/service-plan.ts'
import { buildPath } from '../call/build-path.ts'
import type { CallEnd } from '../call/call-end.ts'
import { ClientError } from '../call/client-error.ts'
import type { FileInput } from '../call/encode-body.ts'
import { FileReply } from '../call/file-reply.ts'
import type { ReplyChecks } from '../call/reply-checks.ts'
import { CLIENT_PARTS, type ClientParts, toClient } from '../call/to-client.ts'
import type { TransportCode } from '../call/transport-code.ts'
import { isTransportCode } from '../call/transport-code.ts'
import { toFile } from './to-file.ts'
import type { FakeClient, FakeHandlers } from './fake-types.ts'

/** What a fake throws when it is used wrongly: for whoever reads the test. */
function misused(service: string, problem: string): TypeError {
  return new TypeError(`fake(${service}): ${problem}`)
}

/** What the handler of a faked operation fails with. */
class Failing {
  readonly code: string
  readonly data: unknown

  constructor(code: string, data: unknown) {
    this.code = code
    this.data = data
  }
}

/**
 * Makes a stand-in for a client, for tests: the same functions, answered by `handlers` in this
 * process. What a handler gives is checked against the contract as a real reply is, so that a fake
 * cannot drift; an operation without a handler throws a TypeError. `fake.calls.getInvoice` holds the
 * inputs so far, and `fake.fail.getInvoice('unavailable')` lets the next call fail.
 */
export function fake<Faked extends object, const Handlers extends FakeHandlers<Faked>>(
  client: Faked,
  handlers: Handlers = {} as Handlers,
): FakeClient<Faked> {
  const parts = (client as { [CLIENT_PARTS]?: ClientParts })[CLIENT_PARTS]
  if (parts === undefined) throw new TypeError('fake() was given what is no client of servicex')
  const { plan, checks } = parts
  const state: FakeState = { plan, handlers, calls: {}, failures: new Map() }
  for (const name of Object.keys(handlers))
    if (!(name in plan.operations)) throw misused(plan.service, `there is no operation ${name}`)
  for (const name of Object.keys(plan.operations)) state.calls[name] = []
  const invoke: ClientParts['invoke'] = async (name, input) =>
    answer(state, name, { input, checks: await checks(name) })
  const faked = toClient({
    ...parts,
    invoke,
    events: (name, input) => giveEvents(state, name, input),
  })
  return Object.assign(faked, {
    calls: state.calls,
    fail: toFail(state),
  }) as unknown as FakeClient<Faked>
}

type Handler = (
  input: unknown,
  tools: { readonly fail: (code: string, data?: unknown) => never },
) => unknown

interface FakeState {
  readonly plan: ServicePlan
  readonly handlers: Readonly<Record<string, unknown>>
  readonly calls: Record<string, unknown[]>
  /** By operation, in order: each is for one call. */
  readonly failures: Map<string, Failing[]>
}

function toFail(state: FakeState): Record<string, (code: string, data?: unknown) => void> {
  const names = Object.keys(state.plan.operations)
  const one = (name: string) => (code: string, data?: unknown) => {
    assertCode(state.plan, name, code)
    state.failures.set(name, [...(state.failures.get(name) ?? []), new Failing(code, data)])
  }
  return Object.fromEntries(names.map((name) => [name, one(name)]))
}

async function answer(
  state: FakeState,
  name: string,
  { input, checks }: { readonly input: unknown; readonly checks: ReplyChecks },
): Promise<CallEnd> {
  const { plan } = state
  const operation = plan.operations[name]
  if (operation === undefined) throw misused(plan.service, `there is no operation ${name}`)
  // What could not be sent cannot be faked either.
  if (operation.bodyOnly === undefined)
    buildPath(`${plan.service}.${name}`, operation, (input ?? {}) as Record<string, unknown>)
  const given = await run(state, name, input)
  if (given instanceof Failing) return { ok: false, error: toError(plan, name, given) }
  const finding = operation.ok.kind === 'empty' ? undefined : checks.ok?.(given)
  if (finding !== undefined)
    throw misused(plan.service, `the handler of ${name} breaks the contract: ${finding}`)
  const data = operation.ok.kind === 'empty' ? undefined : toData(operation, given)
  return { ok: true, data, status: operation.ok.status, headers: {} }
}

function toData({ ok }: OperationPlan, given: unknown): unknown {
  return ok.kind === 'file' && !(given instanceof FileReply) ? toFile(given as FileInput) : given
}

async function run(state: FakeState, name: string, input: unknown): Promise<unknown> {
  const { plan, calls, failures } = state
  calls[name]?.push(input)
  const failing = failures.get(name)?.shift()
  if (failing !== undefined) return failing
  const handler = state.handlers[name] as Handler | undefined
  if (handler === undefined) throw misused(plan.service, `${name} was called and has no handler`)
  const fail = (code: string, data?: unknown): never => {
    assertCode(plan, name, code)
    throw new Failing(code, data)
  }
  try {
    return await handler(input, { fail })
  } catch (error) {
    if (error instanceof Failing) return error
    throw error
  }
}

async function* giveEvents(state: FakeState, name: string, input: unknown): AsyncGenerator {
  const given = await run(state, name, input)
  if (given instanceof Failing) throw toError(state.plan, name, given)
  yield* given as AsyncIterable<unknown> | Iterable<unknown>
}

function assertCode(plan: ServicePlan, name: string, code: string): void {
  const declared = Object.keys(plan.operations[name]?.errors ?? {})
  if (declared.includes(code) || isTransportCode(code)) return
  throw misused(
    plan.service,
    `${name} has no error ${code}; it has ${declared.join(', ') || 'none'}`,
  )
}

const RETRYABLE: ReadonlySet<TransportCode> = new Set([
  'unavailable',
  'overloaded',
  'deadline_exceeded',
])

function toError(plan: ServicePlan, name: string, { code, data }: Failing): ClientError {
  const declared = plan.operations[name]?.errors?.[code]
  return new ClientError({
    service: plan.service,
    operation: name,
    code,
    data,
    status: declared?.status,
    attempts: 1,
    sent: true,
    retryable: isTransportCode(code) && RETRYABLE.has(code),
    durationMs: 0,
    retryAfterMs: undefined,
    traceId: undefined,
    hops: [],
    reason: declared === undefined ? 'faked' : undefined,
    cause: undefined,
  })
}
