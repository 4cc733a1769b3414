import { isError, messageOf, toErrorRecord } from './error-record.ts'
import { isHttpMessage, toMessageRecord } from './http-message.ts'
import { quote } from './json-string.ts'
import { scrub } from './scrub.ts'
import { isSensitiveName, REDACTED } from './sensitive.ts'

/** Bounds of one line: what a person reads, and a collector accepts. Docker splits lines at 16 kB; most collectors cut at 256 kB. */
const LIMITS = { depth: 8, items: 100, textChars: 16_384, nameChars: 256, totalChars: 131_072 }

/** Beyond a text's limit: enough that a secret which stands across it is still seen whole. */
const OVERLAP_CHARS = 1024

const KNOWN_NAMES = { count: 2000, nameChars: 64 }
const knownNames = new Map<string, Name>()

/** How a name is spelled in JSON, and whether its value is withheld. */
interface Name {
  readonly json: string
  readonly sensitive: boolean
}

/**
 * Writes values as JSON text on one line, without secrets, under one bound of length and depth for
 * all that one writer is given. One walk does the redaction and the spelling.
 *
 * Never throws, whatever getters, proxies and cycles a value holds; the value is not changed.
 */
export class SafeJson {
  readonly #ancestors: object[] = []
  #leftChars: number = LIMITS.totalChars

  /** Gives a value as JSON; `undefined` when it has no place there. */
  value(value: unknown): string | undefined {
    return this.#write(value, 0)
  }

  /** Gives a text as JSON: clipped, and without secrets. */
  text(value: string): string {
    if (this.#leftChars < 0) return '"[truncated]"'
    return this.#scalar(quote(toSafeText(value)))
  }

  /** Gives the members of an object as one text, `"a":1,"b":2`, without its braces; those beyond the bounds are told of by one member. */
  members(owner: object, separator = ',', depth = 0): string {
    let members = ''
    let count = 0
    for (const name of Object.keys(owner)) {
      const isFull = count >= LIMITS.items || this.#leftChars < 0
      const member = isFull ? '"…":"[more keys]"' : this.#member(owner, name, depth)
      if (member !== undefined) {
        members += count === 0 ? member : separator + member
        count += 1
      }
      if (isFull) break
    }
    return members
  }

  #member(owner: object, name: string, depth: number): string | undefined {
    const { json: key, sensitive } = toName(name)
    this.#leftChars -= key.length
    if (sensitive) return `${key}"${REDACTED}"`
    const json = this.#write(read(owner, name), depth + 1)
    return json === undefined ? undefined : key + json
  }

  #write(value: unknown, depth: number): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.text(value)
      case 'number':
        return this.#scalar(Number.isFinite(value) ? String(value) : `"${value}"`)
      case 'boolean':
        return this.#scalar(String(value))
      case 'bigint':
        return this.text(String(value))
      case 'object':
        return value === null ? this.#scalar('null') : this.#guarded(value, depth)
      case 'function':
        return '"[function]"'
      case 'symbol':
        return '"[symbol]"'
      default:
        return undefined
    }
  }

  /** Counts what is written, with the comma after it. */
  #scalar(json: string): string {
    this.#leftChars -= json.length + 1
    return json
  }

  #guarded(value: object, depth: number): string {
    if (this.#ancestors.includes(value)) return this.#scalar('"[circular]"')
    if (depth > LIMITS.depth || this.#leftChars < 0) return this.#scalar('"[truncated]"')
    this.#leftChars -= 2
    this.#ancestors.push(value)
    try {
      return this.#object(value, depth)
    } catch (error) {
      return quote(toSafeText(`[unreadable: ${messageOf(error)}]`))
    } finally {
      this.#ancestors.pop()
    }
  }

  #object(value: object, depth: number): string {
    if (isPlain(value)) return this.#record(value, depth)
    if (Array.isArray(value)) return this.#list(value, value.length, depth)
    if (isError(value)) return this.#record(toErrorRecord(value), depth)
    if (value instanceof Date)
      return Number.isNaN(value.getTime()) ? 'null' : `"${value.toISOString()}"`
    if (ArrayBuffer.isView(value)) return `"[${value.byteLength} bytes]"`
    if (value instanceof Map) return this.#record(toRecord(value), depth)
    if (value instanceof Set) return this.#list(value, value.size, depth)
    const { toJSON } = value as { toJSON?: unknown }
    if (typeof toJSON === 'function') return this.#write(toJSON.call(value), depth + 1) ?? 'null'
    return this.#record(isHttpMessage(value) ? toMessageRecord(value) : value, depth)
  }

  #list(values: Iterable<unknown>, count: number, depth: number): string {
    let items = ''
    let written = 0
    for (const value of values) {
      const isFull = written >= LIMITS.items || this.#leftChars < 0
      const item = isFull
        ? `"[${count - written} more]"`
        : (this.#write(value, depth + 1) ?? 'null')
      items += written === 0 ? item : `,${item}`
      written += 1
      if (isFull) break
    }
    return `[${items}]`
  }

  #record(value: object, depth: number): string {
    return `{${this.members(value, ',', depth)}}`
  }
}

/** An object literal without anything that would have it written otherwise: nearly all that is logged. */
function isPlain(value: object): boolean {
  return (
    Object.getPrototypeOf(value) === Object.prototype &&
    !('toJSON' in value) &&
    !isHttpMessage(value)
  )
}

/** Gives a text as it may leave the process: at most 16 384 characters of it, without secrets. */
export function toSafeText(text: string): string {
  if (text.length <= LIMITS.textChars) return scrub(text)
  const kept = scrub(text.slice(0, LIMITS.textChars + OVERLAP_CHARS)).slice(0, LIMITS.textChars)
  return `${kept}…[${text.length} characters]`
}

/** Gives any value as plain data without secrets, within the bounds of a line. Never throws. */
export function toSafeData(value: unknown): unknown {
  const json = new SafeJson().value(value)
  return json === undefined ? undefined : JSON.parse(json)
}

/** Reads a property; a getter that throws gives a note in its place. */
export function read(owner: object, name: string): unknown {
  try {
    return (owner as Record<string, unknown>)[name]
  } catch (error) {
    return `[unreadable: ${messageOf(error)}]`
  }
}

function toRecord(map: ReadonlyMap<unknown, unknown>): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>
  let count = 0
  for (const [key, value] of map) {
    record[String(key)] = value
    if (++count > LIMITS.items) break
  }
  return record
}

/** Remembered, as apps log the same names for ever; not all, as some come from outside. */
function toName(name: string): Name {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  const clipped = name.length > LIMITS.nameChars ? `${name.slice(0, LIMITS.nameChars)}…` : name
  const made = { json: `${quote(clipped)}:`, sensitive: isSensitiveName(name) }
  if (knownNames.size < KNOWN_NAMES.count && name.length <= KNOWN_NAMES.nameChars)
    knownNames.set(name, made)
  return made
}
