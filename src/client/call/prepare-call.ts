import { randomUUID } from 'node:crypto'
import type { OperationPlan, ServicePlan } from '../../convention/service-plan.ts'
import { findService } from '../address/find-service.ts'
import type { BaseUrl } from '../address/parse-base-url.ts'
import { type Duration, toMilliseconds } from '../contract/duration.ts'
import { buildHeaders, type RequestHeaders } from './build-headers.ts'
import { buildPath, type CallInput, invalid } from './build-path.ts'
import type { CallOptions } from './call-options.ts'
import type { ClientOptions } from './client-options.ts'
import { encodeBody } from './encode-body.ts'
import type { WireBody } from './wire.ts'

/** The longest a call may take when neither the contract nor the caller says. */
const DEADLINE_MS = 5000

/** The most bytes of a reply that are held in memory when nobody says: 10 MiB. */
const RESPONSE_BYTES = 10_485_760

/** A call as it goes out, whatever happens to it then. */
export interface PreparedCall {
  readonly base: BaseUrl
  readonly path: string
  readonly headers: RequestHeaders
  readonly body: WireBody
  readonly deadlineMs: number
  readonly maxBytes: number
  /** It may be sent twice. */
  readonly repeatable: boolean
}

/** Which operation of which service is called, and by which client. */
export interface CallTarget {
  readonly service: ServicePlan
  readonly operation: string
  readonly plan: OperationPlan
  readonly client: ClientOptions
}

/**
 * Makes a call ready to be sent. Throws SERVICEX_CALL_INVALID when its input or options cannot be
 * sent, and SERVICEX_CLIENT_ADDRESS when nothing says where to.
 */
export function prepareCall(
  { service, operation, plan, client }: CallTarget,
  input: unknown,
  options: CallOptions,
): PreparedCall {
  const name = `${service.service}.${operation}`
  const parameters = plan.bodyOnly ? {} : toParameters(name, input)
  const encoded = encodeBody(name, plan.body, plan.bodyOnly ? input : parameters['body'])
  const idempotencyKey =
    options.idempotencyKey ?? (plan.idempotency === 'key' ? randomUUID() : undefined)
  const headers = buildHeaders(name, plan, parameters, {
    client: typeof client.headers === 'function' ? client.headers() : client.headers,
    call: options.headers,
    idempotencyKey,
  })
  if (encoded.contentType !== undefined && !isOwnType(plan, headers))
    headers['content-type'] = encoded.contentType
  const base = findService(service, {
    callUrl: options.baseUrl,
    clientUrl: client.baseUrl,
    allowedHosts: client.allowedHosts,
  })
  if (base.host !== undefined) headers['host'] = base.host
  return {
    base,
    path: base.prefix + buildPath(name, plan, parameters),
    headers,
    body: encoded.body,
    deadlineMs: toDeadlineMs(name, options.deadline ?? client.deadline, plan),
    maxBytes: options.maxResponseBytes ?? client.maxResponseBytes ?? RESPONSE_BYTES,
    repeatable:
      encoded.repeatable && (plan.idempotency !== undefined || idempotencyKey !== undefined),
  }
}

function toParameters(name: string, input: unknown): CallInput {
  if (input === undefined) return {}
  if (typeof input === 'object' && input !== null) return input as CallInput
  throw invalid(name, `its input is of type ${typeof input}, not an object`)
}

/** A caller may say what its file is; that a JSON body is JSON is not its to say. */
function isOwnType(plan: OperationPlan, headers: RequestHeaders): boolean {
  return plan.body?.kind === 'file' && headers['content-type'] !== undefined
}

function toDeadlineMs(name: string, given: Duration | undefined, plan: OperationPlan): number {
  if (given === undefined) return plan.timeoutMs ?? DEADLINE_MS
  const deadlineMs = toMilliseconds(given)
  if (deadlineMs !== undefined) return deadlineMs
  throw invalid(name, `its deadline is ${JSON.stringify(given)}, not a time like '2s' or 800`)
}
