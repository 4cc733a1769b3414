import { isError, messageOf } from '../convention/error-record.ts'
import { SafeJson } from '../convention/safe-json.ts'

const PLACEHOLDER = /%([sdifjoOc%])/g

/**
 * Gives a message with its placeholders filled, as pino and console do: `%s`, `%d`, `%i`, `%f`, and
 * `%j`, `%o`, `%O` as JSON. Arguments without a placeholder are left out. Never throws; secrets in
 * objects are withheld.
 */
export function formatMessage(message: unknown, args: readonly unknown[]): string {
  const text = toText(message)
  if (typeof message !== 'string' || args.length === 0 || !text.includes('%')) return text
  let next = 0
  return text.replaceAll(PLACEHOLDER, (placeholder, kind: string) => {
    if (kind === '%') return '%'
    return next < args.length ? spell(kind, args[next++]) : placeholder
  })
}

function spell(kind: string, value: unknown): string {
  switch (kind) {
    case 's':
      return toText(value)
    case 'd':
    case 'f':
      return String(toNumber(value))
    case 'i':
      return String(Math.trunc(toNumber(value)))
    case 'c':
      return ''
    default:
      return new SafeJson().value(value) ?? 'undefined'
  }
}

/** Converting anything else would call its own code. */
function toNumber(value: unknown): number {
  return ['number', 'bigint', 'string', 'boolean'].includes(typeof value)
    ? Number(value)
    : Number.NaN
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value
  if (isError(value)) return messageOf(value)
  if (typeof value === 'object' && value !== null) return new SafeJson().value(value) ?? ''
  return typeof value === 'function' ? '[function]' : String(value)
}
