import { JSON_MAX_DEPTH } from '../../convention/contract-wire.ts'

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a]
const [OPEN_LIST, CLOSE_LIST, OPEN_RECORD, CLOSE_RECORD] = [0x5b, 0x5d, 0x7b, 0x7d]

/** A body as JSON, or what is wrong with it. */
export type ParsedJson =
  | { readonly value: unknown; readonly problem?: never }
  | { readonly problem: string }

/**
 * Parses a reply's body. Refuses what `JSON.parse` lets through and code after it trips over:
 * nesting beyond 64 (validators recurse), a name twice in one object (the first reader of a message
 * may have taken the other value), and `__proto__` (copying it changes what is copied to).
 */
export function parseJson(body: Buffer): ParsedJson {
  const { depth, names } = scan(body)
  if (depth > JSON_MAX_DEPTH) return { problem: `nested deeper than ${JSON_MAX_DEPTH}` }
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    // V8's message quotes the body.
    return { problem: 'not JSON' }
  }
  const counted = countNames(value)
  if (Number.isNaN(counted)) return { problem: 'a member called __proto__' }
  return counted === names ? { value } : { problem: 'a name twice in one object' }
}

/** Counts, without regard to their sense, the nesting and the names (colons outside of texts) of JSON. */
function scan(body: Buffer): { depth: number; names: number } {
  let [depth, deepest, names] = [0, 0, 0]
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === QUOTE) at = endOfText(body, at)
    else if (byte === COLON) names += 1
    else if (byte === OPEN_LIST || byte === OPEN_RECORD) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (byte === CLOSE_LIST || byte === CLOSE_RECORD) depth -= 1
  }
  return { depth: deepest, names }
}

function endOfText(body: Buffer, start: number): number {
  let at = start + 1
  for (; at < body.length && body[at] !== QUOTE; at += 1) if (body[at] === BACKSLASH) at += 1
  return at
}

/** Counts the names of all objects within a value; NaN when one of them is `__proto__`. */
function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) for (const item of value) count += countNames(item)
  else
    for (const name in value as Record<string, unknown>)
      count +=
        name === '__proto__' ? Number.NaN : 1 + countNames((value as Record<string, unknown>)[name])
  return count
}
