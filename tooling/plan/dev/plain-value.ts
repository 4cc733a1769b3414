import { RECORD_LIMITS } from './limits.ts'
import type { Fields, Value } from './record.ts'

/**
 * Gives any decoded or parsed value as bounded plain data: texts are clipped, lists and objects end
 * at 128 members and below depth 16, what JSON cannot carry becomes text.
 */
export function toValue(value: unknown, depth = 0): Value {
  switch (typeof value) {
    case 'string':
      return clip(value, RECORD_LIMITS.textChars)
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'boolean':
      return value
    case 'object':
      return value === null ? null : toNested(value, depth + 1)
    default:
      return String(value)
  }
}

/** Gives the members of an object as bounded plain data. */
export function toFields(value: unknown): Fields {
  if (!isRecord(value)) return {}
  return toNested(value, 0) as Fields
}

/** Says whether a value is an object with members of its own. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Gives at most `maxChars` characters, and says how many there were. */
export function clip(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars)}… (${text.length} characters)`
}

/** Gives a text, clipped; anything else is absent. */
export function toText(
  value: unknown,
  maxChars: number = RECORD_LIMITS.textChars,
): string | undefined {
  return typeof value === 'string' && value !== '' ? clip(value, maxChars) : undefined
}

/** Gives a value as one text: a list or an object as JSON. */
export function toLabelText(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function toNested(value: object, depth: number): Value {
  if (depth > RECORD_LIMITS.depth) return '…'
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`
  if (Array.isArray(value)) {
    const items = value.slice(0, RECORD_LIMITS.attributes).map((item) => toValue(item, depth))
    return value.length > items.length ? [...items, `… ${value.length - items.length} more`] : items
  }
  const members = Object.entries(value)
  const kept = members
    .slice(0, RECORD_LIMITS.attributes)
    .map(([key, member]) => [clip(key, RECORD_LIMITS.nameChars), toValue(member, depth)] as const)
  const rest = members.length - kept.length
  return Object.fromEntries(rest > 0 ? [...kept, ['…', `${rest} more`] as const] : kept)
}
