const POOL_BYTES = 8192
const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

/** Bytes that are spelled at a time: an id keeps the whole text alive that it is a part of. */
const SPELLED_BYTES = 4 * (TRACE_ID_BYTES + SPAN_ID_BYTES)

const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES
let spelled = ''
let taken = 0

/** Gives a new trace id: 32 lower-case hex digits. */
export function newTraceId(): string {
  return takeHex(TRACE_ID_BYTES)
}

/** Gives a new span id: 16 lower-case hex digits. */
export function newSpanId(): string {
  return takeHex(SPAN_ID_BYTES)
}

/** Random bytes are drawn a pool at a time, and spelled some ids at a time: a call of Node's own per id would cost more than the rest of a request's record. */
function takeHex(bytes: number): string {
  const end = taken + 2 * bytes
  if (end > spelled.length) return spellMore(bytes)
  const digits = spelled.slice(taken, end)
  taken = end
  return digits
}

function spellMore(bytes: number): string {
  if (used + SPELLED_BYTES > POOL_BYTES) {
    // With the first id: a start makes none, and importing node:crypto was a tenth of its processor time.
    process.getBuiltinModule('node:crypto').randomFillSync(pool)
    used = 0
  }
  spelled = pool.toString('hex', used, used + SPELLED_BYTES)
  used += SPELLED_BYTES
  taken = 0
  return takeHex(bytes)
}
