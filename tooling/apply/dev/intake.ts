import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Target } from '../../plan/dev/guard.ts'
import { toArrivals, type Intake } from '../../plan/dev/ingest.ts'
import type { Arrival } from '../../plan/dev/store.ts'
import type { DashboardContext } from './dashboard-context.ts'
import { FORWARDED_HEADER } from './forward.ts'
import { readBody } from './read-body.ts'
import { sendReply, toRefusalReply, type Reply } from './reply.ts'

/** Where a delivery goes. */
interface Taking {
  readonly context: DashboardContext
  readonly intake: Intake
  readonly target: Target
}

const PROTOBUF = 'application/x-protobuf'
const JSON_TYPE = 'application/json'
/** What Sentry's SDKs call an envelope; browsers send it as plain text, servers with no type at all. */
const SENTRY_TYPES = new Set(['', 'application/x-sentry-envelope', 'text/plain', JSON_TYPE])

/** Takes telemetry: 200 when it was read, 4xx with the reason when it was not. */
export async function takeDelivery(
  request: IncomingMessage,
  response: ServerResponse,
  taking: Taking,
): Promise<void> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const refusal = toTypeRefusal(request.method, type, taking.intake)
  if (refusal !== undefined) {
    request.resume()
    return sendReply(response, { ...refusal, headers: { connection: 'close' } })
  }
  const body = await readBody(request)
  if (body.kind === 'refused') {
    request.resume()
    const reply = toRefusalReply(body.status, body.reason)
    return sendReply(response, { ...reply, headers: { connection: 'close' } })
  }
  const problem = take(taking, body.plain, type)
  if (problem !== undefined) return sendReply(response, toRefusalReply(400, problem))
  forward(taking, request, body.wire)
  sendReply(response, toAcceptance(taking.intake, type))
}

function toTypeRefusal(
  method: string | undefined,
  type: string,
  { kind }: Intake,
): Reply | undefined {
  if (method !== 'POST') return toRefusalReply(405, 'telemetry is sent by POST')
  const isKnown =
    kind === 'envelope' || kind === 'event'
      ? SENTRY_TYPES.has(type)
      : type === PROTOBUF || type === JSON_TYPE
  return isKnown ? undefined : toRefusalReply(415, `content-type ${type} is not read here`)
}

/** Adds what a body holds; gives why it cannot be read, if so. */
function take({ context, intake }: Taking, body: Uint8Array, type: string): string | undefined {
  const { store, serviceOf, onArrivals } = context
  const receivedMs = context.session().nowMs
  const service = 'project' in intake ? serviceOf(intake.project) : undefined
  let arrivals: readonly Arrival[]
  try {
    arrivals = toArrivals(intake, {
      body,
      isJson: type === JSON_TYPE,
      receivedMs,
      ...(service === undefined ? {} : { service }),
    })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  for (const arrival of arrivals) store.add(arrival, receivedMs)
  onArrivals?.(arrivals)
  return undefined
}

function forward(
  { context, intake, target }: Taking,
  request: IncomingMessage,
  body: Buffer,
): void {
  if (intake.kind === 'envelope' || intake.kind === 'event') return
  context.forward?.send(target.path, {
    body,
    contentType: request.headers['content-type'] ?? PROTOBUF,
    contentEncoding: request.headers['content-encoding'],
    isForwarded: request.headers[FORWARDED_HEADER] !== undefined,
  })
}

function toAcceptance({ kind }: Intake, type: string): Reply {
  if (kind === 'envelope' || kind === 'event') return { status: 200, type: JSON_TYPE, body: '{}' }
  return { status: 200, type, body: type === PROTOBUF ? '' : '{}' }
}
