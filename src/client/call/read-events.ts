import { CONTRACT_HEADERS, CONTROL_EVENT, KEY_MAX_CHARS } from '../../convention/contract-wire.ts'
import type { CallEnd } from './call-end.ts'
import type { CallOptions } from './call-options.ts'
import type { ClientError } from './client-error.ts'
import { EventParser, type ReadEvent } from './event-parser.ts'
import { parseJson } from './parse-json.ts'
import type { Check } from './reply-checks.ts'
import type { ReplyStream } from './wire.ts'

/** How long a cut stream waits before it is asked for again, unless the server says; longer after each failure. */
const RESUME_MS = 100
const RESUME_MAX_MS = 5000
/** So often in a row a stream may be cut, or not begin, without an event between. */
const FRUITLESS_MAX = 5

/** Why a stream of events cannot go on. */
export interface EventFailure {
  readonly reason: string
  /** The problem that the provider sent. */
  readonly problem?: unknown
  /** It was cut too often, and nothing is wrong with what came. */
  readonly isCut?: true
}

/** What a stream of events is read with. */
export interface EventSourceParts {
  readonly connect: (options: CallOptions) => Promise<CallEnd>
  readonly options: CallOptions
  readonly check: () => Promise<Check | undefined>
  /** Makes the error of an event that breaks the contract, or of a problem the provider sent. */
  readonly toError: (event: EventFailure) => ClientError
}

/**
 * Gives the data of server-sent events. A stream that is cut is asked for again, from the event
 * after the last one that came; one that the provider ends, ends. Throws the `ClientError` of a
 * stream that cannot be begun, or of an event that breaks the contract.
 */
export async function* readEvents(parts: EventSourceParts): AsyncGenerator {
  const check = await parts.check()
  const state: Progress = { lastId: undefined, begun: false, fruitless: 0, waitMs: RESUME_MS }
  for (;;) {
    const stream = await openStream(parts, state)
    for await (const event of stream?.events ?? []) {
      if (event.name === CONTROL_EVENT.end) return
      state.fruitless = 0
      state.lastId = event.id ?? state.lastId
      const read = toData(event, check)
      if ('reason' in read) throw parts.toError(read)
      if (event.name === '') yield read.data
    }
    assertResumable(parts, state, stream?.error)
    await delay(Math.min(state.waitMs * 2 ** state.fruitless, RESUME_MAX_MS))
    state.fruitless += 1
  }
}

/** How far a stream has come, over all its connections. */
interface Progress {
  lastId: string | undefined
  /** It was there once: a connection that fails later is tried again. */
  begun: boolean
  /** Connections in a row that brought no event. */
  fruitless: number
  waitMs: number
}

function assertResumable(parts: EventSourceParts, state: Progress, error: unknown): void {
  if (parts.options.signal?.aborted !== true && state.fruitless < FRUITLESS_MAX) return
  throw error ?? parts.toError({ reason: 'its events stop', isCut: true })
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms))
}

function withLastId(options: CallOptions, lastId: string | undefined): CallOptions {
  if (lastId === undefined || lastId === '' || lastId.length > KEY_MAX_CHARS) return options
  return { ...options, headers: { ...options.headers, [CONTRACT_HEADERS.lastEventId]: lastId } }
}

type ReadData = { readonly data: unknown } | { readonly reason: string; readonly problem?: unknown }

function toData({ name, data }: ReadEvent, check: Check | undefined): ReadData {
  const parsed = parseJson(Buffer.from(data))
  if (name === CONTROL_EVENT.problem)
    return { reason: 'its events end in a problem', problem: 'value' in parsed ? parsed.value : {} }
  // Names of a later servicex, or of another server: not the operation's data.
  if (name !== '') return { data: undefined }
  if ('problem' in parsed) return { reason: `an event is bad: ${parsed.problem}` }
  const finding = check?.(parsed.value)
  return finding === undefined
    ? { data: parsed.value }
    : { reason: `an event breaks the contract: ${finding}` }
}

interface OpenStream {
  readonly events: AsyncIterable<ReadEvent>
  /** What cut it, once it was. */
  error: unknown
}

/** Connects; gives nothing for a failure after which it may be tried again, and throws any other. */
async function openStream(
  { connect, options }: EventSourceParts,
  state: Progress,
): Promise<OpenStream | undefined> {
  const end = await connect(withLastId(options, state.lastId))
  if (!end.ok) {
    if (state.begun && end.error.retryable && state.fruitless < FRUITLESS_MAX) return undefined
    throw end.error
  }
  state.begun = true
  const stream: OpenStream = {
    error: undefined,
    events: parseEvents(end.data as ReplyStream, state, (error) => (stream.error = error)),
  }
  return stream
}

async function* parseEvents(
  chunks: ReplyStream,
  state: Progress,
  onCut: (error: unknown) => void,
): AsyncGenerator<ReadEvent> {
  const parser = new EventParser()
  try {
    for await (const chunk of chunks) {
      const { events, retryMs } = parser.parse(chunk)
      state.waitMs = retryMs ?? state.waitMs
      yield* events
    }
  } catch (error) {
    onCut(error)
  }
}
