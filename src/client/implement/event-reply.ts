import { CONTROL_EVENT, EVENT_STREAM_TYPE, HEARTBEAT_MS } from '../../convention/contract-wire.ts'
import type { ServerEvent } from '../contract/contract-types.ts'
import { guarded } from './guarded-stream.ts'
import type { OutgoingReply } from './outgoing-reply.ts'
import { Refusal } from './refusal.ts'

/** How long the head of the reply waits for the first event: what fails at once is a problem with its status. */
const HEAD_WAIT_MS = 250

/** The head of every stream of events. */
export const EVENT_HEAD: OutgoingReply = {
  status: 200,
  headers: {
    'content-type': EVENT_STREAM_TYPE,
    // Neither kept nor collected before it is handed on, also not by nginx.
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  },
  body: undefined,
}

/** What a stream of events is sent with. */
export interface EventOptions {
  /** Spells the data of an event; rejects when it breaks the contract. */
  readonly encode: (data: unknown) => Promise<unknown>
  readonly heartbeatMs: number | undefined
  /** Aborts when the reader leaves. */
  readonly signal: AbortSignal
  /** Gives the problem that an error is to the reader, and tells the signals of it. */
  readonly explain: (error: unknown) => Promise<OutgoingReply>
}

/** Makes the reply of events. Rejects with what the handler fails with before its first event. */
export async function toEventReply(
  events: AsyncIterable<ServerEvent<unknown>>,
  options: EventOptions,
): Promise<OutgoingReply> {
  if (!isIterable(events))
    throw new Refusal('invalid_reply', { detail: 'the handler gave no stream of events' })
  const iterator = events[Symbol.asyncIterator]()
  const first = iterator.next()
  // Whoever reads the stream hears of it; until then nobody does.
  first.catch(() => undefined)
  await within(first, HEAD_WAIT_MS, options.signal)
  return {
    ...EVENT_HEAD,
    body: guarded(toFrames(iterator, first, options), () => release(iterator, options)),
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

type Next = Promise<IteratorResult<ServerEvent<unknown>>>

async function* toFrames(
  iterator: AsyncIterator<ServerEvent<unknown>>,
  first: Next,
  { encode, heartbeatMs = HEARTBEAT_MS, signal, explain }: EventOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let next: Next = first
  try {
    // A first comment brings the head on its way: some servers send it with the first bytes only.
    yield HEARTBEAT
    for (;;) {
      yield* heartbeats(next, heartbeatMs, signal)
      if (signal.aborted) return
      const { done, value } = await next
      if (done === true) return yield toControlFrame(CONTROL_EVENT.end, '')
      yield toFrame(value, await encode(value.data))
      next = iterator.next()
      next.catch(() => undefined)
    }
  } catch (error) {
    const { body } = await explain(error)
    yield toControlFrame(CONTROL_EVENT.problem, typeof body === 'string' ? body : '')
  }
}

/** Lets the handler clean up; one that waits for its next event is not waited for. */
function release(iterator: AsyncIterator<unknown>, { explain }: EventOptions): void {
  const returned = async (): Promise<unknown> => iterator.return?.()
  returned().catch(explain)
}

/** Gives a comment now and then, until there is an event or nobody to tell it. */
async function* heartbeats(
  next: Next,
  heartbeatMs: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  while ((await within(next, heartbeatMs, signal)) === undefined && !signal.aborted) yield HEARTBEAT
}

const HEARTBEAT = Buffer.from(':\n\n')

/** Gives the result of `pending`, or `undefined` after `waitMs` or when the reader has left. Rejects as `pending` does. */
async function within<Result>(
  pending: Promise<Result>,
  waitMs: number,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const { promise: waited, resolve } = Promise.withResolvers<undefined>()
  const end = (): void => resolve(undefined)
  const timer = setTimeout(end, waitMs)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  try {
    return await Promise.race([pending, waited])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

function toFrame({ id }: ServerEvent<unknown>, data: unknown): Uint8Array {
  // JSON text has no line ends, and an id with one would be another field.
  const name = id === undefined ? '' : `id: ${id.replaceAll(/[\r\n\0]/g, ' ')}\n`
  return Buffer.from(`${name}data: ${JSON.stringify(data)}\n\n`)
}

function toControlFrame(name: string, data: string): Uint8Array {
  return Buffer.from(`event: ${name}\ndata: ${data}\n\n`)
}
