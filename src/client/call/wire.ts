import type { ReplyHeaders } from './policy.ts'

/** What a request's body can be on the wire. */
export type WireBody = string | Uint8Array | AsyncIterable<Uint8Array> | undefined

/** One HTTP request, ready to be sent. */
export interface WireRequest {
  /** Scheme, host and port that are dialled. */
  readonly origin: string
  /** The origin is that of one pod; any other may stand for many. */
  readonly isPod: boolean | undefined
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: WireBody
  /** When it is broken off, body included, on the monotonic clock. */
  readonly endsAtMs: number
  readonly signal: AbortSignal | undefined
  /** The most bytes of a reply that is held in memory. */
  readonly maxBytes: number
  /** Says of a reply's head whether its body is handed over as it comes; others are collected. */
  readonly streams: (status: number, headers: ReplyHeaders) => boolean
}

/** A whole reply. */
export interface WireReply {
  readonly kind: 'reply'
  readonly status: number
  readonly headers: ReplyHeaders
  readonly body: Buffer
}

/** The head of a reply whose body is still coming; whoever takes it reads or cancels it. */
export interface WireStream {
  readonly kind: 'stream'
  readonly status: number
  readonly headers: ReplyHeaders
  readonly chunks: ReplyStream
}

/** No whole reply. */
export interface WireBreak {
  readonly kind: 'break'
  readonly why: 'deadline' | 'cancelled' | 'too_large' | 'error'
  /** Bytes of the request left this process. */
  readonly sent: boolean
  readonly status: number | undefined
  readonly headers: ReplyHeaders | undefined
  readonly error: unknown
}

/** A body as it comes, read once. */
export interface ReplyStream extends AsyncIterable<Buffer> {
  /** Ends the stream and its connection; nothing happens when it has ended. */
  cancel(): void
  /** Says what its reader is thrown when it is cut. */
  explain(make: StreamBreak): void
}

/** Makes what the reader of a stream is thrown when it is cut. */
export type StreamBreak = (why: 'cancelled' | 'error', error: unknown) => unknown

/** How an HTTP request ended. */
export type WireResult = WireReply | WireStream | WireBreak
