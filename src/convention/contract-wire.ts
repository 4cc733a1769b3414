/** Header names of the contract's own, in lower case. */
export const CONTRACT_HEADERS = {
  idempotencyKey: 'idempotency-key',
  lastEventId: 'last-event-id',
  /** `true`: the reply is that of an earlier request with the same key. */
  replayed: 'idempotent-replayed',
  /** `1`: nothing was done for the request, it may be sent again whatever it is. */
  retrySafe: 'x-retry-safe',
  /** How long to wait before the request is sent again, milliseconds; −1: not at all. Source: gRPC A6, pushback. */
  retryPushbackMs: 'x-retry-pushback-ms',
  /** Source: RFC 9745. */
  deprecation: 'deprecation',
  /** Source: RFC 8594. */
  sunset: 'sunset',
} as const

/** With less than this left, milliseconds, an answer would come too late: a request is not sent, and a handler not begun. */
export const LEAST_LEFT_MS = 5

/** The content type of server-sent events. */
export const EVENT_STREAM_TYPE = 'text/event-stream'

/**
 * Names of events that are not the operation's data (those have no name). `end` says that nothing
 * more will come: a stream that stops without it was cut, and is resumed with `last-event-id`.
 * `problem` carries a problem as JSON and ends the stream as well.
 */
export const CONTROL_EVENT = { end: 'end', problem: 'problem' } as const

/** A comment is sent this often while there is no event, so that a dead connection is noticed. */
export const HEARTBEAT_MS = 10_000

/** The most bytes of a JSON body, unless an operation says otherwise: 1 MiB. */
export const JSON_BODY_MAX_BYTES = 1_048_576

/** The deepest nesting of a JSON body. */
export const JSON_MAX_DEPTH = 64

/** The longest `Idempotency-Key` and `Last-Event-ID` that are taken. */
export const KEY_MAX_CHARS = 255

/** The query parameter that asks for the next page, and what a page is made of. */
export const PAGE = { cursor: 'cursor', items: 'items', nextCursor: 'nextCursor' } as const
