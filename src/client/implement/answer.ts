import { LEAST_LEFT_MS } from '../../convention/contract-wire.ts'
import { log } from '../../logging/log.ts'
import { openDeadline, readTimeLeftMs } from './deadline.ts'
import { EVENT_HEAD } from './event-reply.ts'
import { toErrorReply } from './error-reply.ts'
import type { Exchange } from './exchange.ts'
import { discard, guarded } from './guarded-stream.ts'
import { isStreamed, type OutgoingReply, toHeadReply } from './outgoing-reply.ts'
import { toKeyedRequest } from './keyed-request.ts'
import { readInput } from './read-input.ts'
import { DeclaredError, Refusal } from './refusal.ts'
import type { WorkEnd } from './repetitions.ts'
import { noteOperation, noteTime } from './request-in-progress.ts'
import { toSuccessReply } from './success-reply.ts'

/**
 * Answers one request of one operation: deadline → input → handler → output. Never rejects: whatever
 * goes wrong is a reply.
 */
export async function answer(asked: Omit<Exchange, 'deadline'>): Promise<OutgoingReply> {
  const { served, request } = asked
  noteOperation(served.model.path, served.name)
  const leftMs = readTimeLeftMs(request.headers)
  const exchange: Exchange = { ...asked, deadline: openDeadline(leftMs, request.left) }
  noteTime(leftMs, exchange.deadline.signal)
  const reply = await toReply(exchange, leftMs)
  return finish(exchange, { ...reply, headers: { ...served.headers, ...reply.headers } })
}

async function toReply(exchange: Exchange, leftMs: number | undefined): Promise<OutgoingReply> {
  try {
    if (leftMs !== undefined && leftMs <= LEAST_LEFT_MS)
      throw new Refusal('deadline_exceeded', { detail: 'no time was left to answer' })
    return await raceDeadline(work(exchange), exchange.deadline.signal)
  } catch (error) {
    return toErrorReply(error, exchange)
  }
}

async function work(exchange: Exchange): Promise<OutgoingReply> {
  const { served, request, path, deadline } = exchange
  const read = await readInput(served, request, path)
  const input = {
    ...read.input,
    fail: (code: string, data?: unknown): never => {
      throw new DeclaredError(served.name, code, data)
    },
    signal: deadline.signal,
    log,
    request,
  }
  if (request.method === 'HEAD' && served.model.reply === 'events') return EVENT_HEAD
  const handle = async (): Promise<OutgoingReply> => {
    const result: unknown = await served.handle(input as never)
    return toSuccessReply(exchange, result, (error) => toErrorReply(error, exchange))
  }
  const keyed = toKeyedRequest(served, request, read)
  if (keyed === undefined || exchange.repetitions === undefined) return handle()
  return exchange.repetitions.answer(keyed, deadline.signal, () => toWorkEnd(exchange, handle))
}

/** An error that the operation declares is an answer as well. */
async function toWorkEnd(
  exchange: Exchange,
  handle: () => Promise<OutgoingReply>,
): Promise<WorkEnd> {
  try {
    return { reply: await handle(), isAnswer: true }
  } catch (error) {
    const { name, model } = exchange.served
    if (!(error instanceof DeclaredError) || error.operation !== name) throw error
    const reply = await toErrorReply(error, exchange)
    return { reply, isAnswer: reply.status === model.errors.get(error.code)?.status }
  }
}

/** Gives what comes first: the work, or the end of its time. Work that goes on after that is nobody's any more. */
function raceDeadline(
  working: Promise<OutgoingReply>,
  signal: AbortSignal,
): Promise<OutgoingReply> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error)
      working.then(({ body }) => isStreamed(body) && discard(body)).catch(() => undefined)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const settle = (): void => signal.removeEventListener('abort', onAbort)
    working.then(resolve, reject).then(settle, settle)
    if (signal.aborted) onAbort()
  })
}

/** The deadline covers all but a stream, which ends when its reader leaves. */
function finish({ request, deadline }: Exchange, reply: OutgoingReply): OutgoingReply {
  if (isStreamed(reply.body) && request.method !== 'HEAD') {
    deadline.disarm()
    noteTime(undefined, deadline.signal)
    return { ...reply, body: guarded(reply.body, deadline.end) }
  }
  deadline.close()
  return request.method === 'HEAD' ? toHeadReply(reply) : reply
}
