import { isSensitiveName, REDACTED } from '../convention/sensitive.ts'
import { toErrorRecord } from './error-record.ts'
import { quote } from './json-string.ts'
import { scrub } from '../convention/scrub.ts'

/** Bounds of one line: what a person reads, and a collector accepts. Docker splits lines at 16 kB; most collectors cut at 256 kB. */
const LIMITS = { depth: 8, items: 100, stringChars: 16_384, lineChars: 131_072 } as const

const MAX_KNOWN_KEYS = 2000
const knownKeys = new Map<string, { readonly json: string; readonly sensitive: boolean }>()

/** How a key is spelled in JSON, and whether its value is withheld; remembered, as apps log the same keys for ever. */
export function keyOf(name: string): { readonly json: string; readonly sensitive: boolean } {
  const known = knownKeys.get(name)
  if (known !== undefined) return known
  const key = { json: `${quote(name)}:`, sensitive: isSensitiveName(name) }
  if (knownKeys.size < MAX_KNOWN_KEYS) knownKeys.set(name, key)
  return key
}

/**
 * Gives any value as JSON text, without secrets, on one line; `undefined` when it has no place in
 * JSON. One walk does the redaction and the spelling. Never throws, whatever getters, proxies and
 * cycles the value holds; it is not changed.
 */
export function toJson(value: unknown): string | undefined {
  return new Walk().write(value, 0)
}

class Walk {
  readonly #ancestors: object[] = []
  #left: number = LIMITS.lineChars

  write(value: unknown, depth: number): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        return Number.isFinite(value) ? String(value) : `"${String(value)}"`
      case 'boolean':
        return value ? 'true' : 'false'
      case 'bigint':
        return `"${String(value)}"`
      case 'object':
        return value === null ? 'null' : this.#guarded(value, depth)
      case 'function':
        return '"[function]"'
      case 'symbol':
        return '"[symbol]"'
      default:
        return undefined
    }
  }

  #text(value: string): string {
    const kept =
      value.length > LIMITS.stringChars
        ? `${value.slice(0, LIMITS.stringChars)}…[${value.length} characters]`
        : value
    this.#left -= kept.length
    return this.#left < 0 ? '"[truncated]"' : quote(scrub(kept))
  }

  #guarded(value: object, depth: number): string {
    if (this.#ancestors.includes(value)) return '"[circular]"'
    if (depth >= LIMITS.depth || this.#left < 0) return '"[truncated]"'
    this.#ancestors.push(value)
    try {
      return this.#object(value, depth)
    } catch (error) {
      return quote(`[unreadable: ${messageOf(error)}]`)
    } finally {
      this.#ancestors.pop()
    }
  }

  #object(value: object, depth: number): string {
    if (Array.isArray(value)) return this.#array(value, depth)
    if (value instanceof Error) return this.#record(toErrorRecord(value), depth)
    if (value instanceof Date)
      return Number.isNaN(value.getTime()) ? 'null' : `"${value.toISOString()}"`
    if (ArrayBuffer.isView(value)) return `"[${value.byteLength} bytes]"`
    if (value instanceof Map)
      return this.#record(Object.fromEntries([...value].slice(0, LIMITS.items + 1)), depth)
    if (value instanceof Set) return this.#array([...value], depth)
    const { toJSON } = value as { toJSON?: unknown }
    if (typeof toJSON === 'function') return this.write(toJSON.call(value), depth + 1) ?? 'null'
    if (isHttpMessage(value)) return this.#record(toMessageRecord(value), depth)
    return this.#record(value, depth)
  }

  #array(values: readonly unknown[], depth: number): string {
    const kept = values.slice(0, LIMITS.items).map((item) => this.write(item, depth + 1) ?? 'null')
    if (values.length > LIMITS.items) kept.push(`"[${values.length - LIMITS.items} more]"`)
    return `[${kept.join(',')}]`
  }

  #record(value: object, depth: number): string {
    let json = ''
    let count = 0
    for (const name of Object.keys(value)) {
      if (++count > LIMITS.items) return `{${json},"…":"[more than ${LIMITS.items} keys]"}`
      const member = this.#member(value, name, depth)
      if (member !== undefined) json += json === '' ? member : `,${member}`
    }
    return `{${json}}`
  }

  #member(owner: object, name: string, depth: number): string | undefined {
    const key = keyOf(name)
    this.#left -= name.length
    if (key.sensitive) return `${key.json}"${REDACTED}"`
    const json = this.write(read(owner, name), depth + 1)
    return json === undefined ? undefined : key.json + json
  }
}

/** Reads a property; a getter that throws gives a note in its place. */
export function read(owner: object, name: string): unknown {
  try {
    return (owner as Record<string, unknown>)[name]
  } catch (error) {
    return `[unreadable: ${messageOf(error)}]`
  }
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error)
  } catch {
    return 'an error that cannot be read'
  }
}

interface HttpMessage {
  readonly method?: unknown
  readonly originalUrl?: unknown
  readonly url?: unknown
  readonly statusCode?: unknown
}

/** A request or a response of node:http holds sockets and parsers: thousands of values, none of them for a log. */
function isHttpMessage(value: object): value is HttpMessage {
  return 'socket' in value && ('headers' in value || 'setHeader' in value)
}

function toMessageRecord(message: HttpMessage): object {
  const { method, originalUrl, url, statusCode } = message
  return { method, url: originalUrl ?? url, statusCode: statusCode ?? undefined }
}
