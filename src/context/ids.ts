import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 8192
const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/** Gives a new trace id: 32 lower-case hex digits. */
export function newTraceId(): string {
  return takeHex(TRACE_ID_BYTES)
}

/** Gives a new span id: 16 lower-case hex digits. */
export function newSpanId(): string {
  return takeHex(SPAN_ID_BYTES)
}

/** Random bytes are drawn a pool at a time: a system call per id would cost more than the rest of a request's record. */
function takeHex(bytes: number): string {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const start = used
  used += bytes
  return pool.toString('hex', start, used)
}
