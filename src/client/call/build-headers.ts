import { CONTRACT_HEADERS } from '../../convention/contract-wire.ts'
import { PROPAGATED } from '../../convention/propagation.ts'
import { invalid, type CallInput } from './build-path.ts'
import type { OperationPlan } from '../../convention/service-plan.ts'

const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Names that frame a message or belong to the pipeline: another value of theirs smuggles a request or breaks a promise. */
const REFUSED: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'te',
  'trailer',
  'expect',
  PROPAGATED.requestTimeoutMs,
])

/** Headers by lower-case name. */
export type RequestHeaders = Record<string, string>

/** Every source of a call's headers, the weakest first. */
export interface HeaderSources {
  readonly client: Readonly<Record<string, string | undefined>> | undefined
  readonly call: Readonly<Record<string, string | undefined>> | undefined
  readonly idempotencyKey: string | undefined
}

/**
 * Builds the headers of a call: the client's, the call's, and the operation's own parameters.
 * Throws SERVICEX_CALL_INVALID for a name or value that would be another message on the wire.
 */
export function buildHeaders(
  name: string,
  plan: OperationPlan,
  input: CallInput,
  sources: HeaderSources,
): RequestHeaders {
  const headers: RequestHeaders = { accept: acceptOf(plan) }
  addAll(name, headers, sources.client)
  addAll(name, headers, sources.call)
  for (const parameter of plan.headers ?? []) {
    const value = input[parameter]
    if (value !== undefined && value !== null) add(name, headers, parameter, toText(value))
  }
  if (sources.idempotencyKey !== undefined)
    add(name, headers, CONTRACT_HEADERS.idempotencyKey, sources.idempotencyKey)
  return headers
}

function acceptOf({ ok }: OperationPlan): string {
  if (ok.kind === 'events') return 'text/event-stream, application/problem+json'
  if (ok.kind === 'file') return '*/*'
  return 'application/json, application/problem+json'
}

function addAll(
  name: string,
  headers: RequestHeaders,
  given: Readonly<Record<string, string | undefined>> | undefined,
): void {
  for (const key in given) {
    const value: unknown = given[key]
    if (value !== undefined && value !== null) add(name, headers, key, value)
  }
}

function add(name: string, headers: RequestHeaders, key: string, value: unknown): void {
  const lower = key.toLowerCase()
  if (!TOKEN.test(key)) throw invalid(name, `${JSON.stringify(key)} cannot be the name of a header`)
  if (REFUSED.has(lower)) throw invalid(name, `header ${lower} is not the caller's to set`)
  // The value may be a secret: only its place is told.
  if (typeof value !== 'string') throw invalid(name, `header ${lower} is of type ${typeof value}`)
  if (!VALUE.test(value))
    throw invalid(name, `header ${lower} holds a character that cannot be sent, as a line end`)
  headers[lower] = value
}

function toText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : value
}
