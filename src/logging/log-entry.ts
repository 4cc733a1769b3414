import { isError, messageOf } from '../convention/error-record.ts'
import { isHttpMessage } from '../convention/http-message.ts'
import { read } from '../convention/safe-json.ts'
import { formatMessage } from './format-message.ts'
import type { Fields } from './merge-fields.ts'

/** What one call of a log method says. */
export interface LogEntry {
  readonly message: string
  /** The error the line tells of; `undefined` when there is none. */
  readonly error: unknown
  readonly fields: Fields | undefined
}

/**
 * Reads the arguments of a log method as pino does: an object or an error, then a message with its
 * arguments; or the message at once. An error is found wherever it stands: first, as `err` or
 * `error` of the object, or among the arguments. Never throws.
 */
export function toLogEntry(args: readonly unknown[], prefix: string): LogEntry {
  const first = args[0]
  if (typeof first === 'object') return toEntry(first ?? undefined, args, 1, prefix)
  // pino takes `undefined` for an object that was left out.
  return toEntry(undefined, args, first === undefined ? 1 : 0, prefix)
}

/** The message stands at `at`, its values after it. */
function toEntry(
  object: object | undefined,
  args: readonly unknown[],
  at: number,
  prefix: string,
): LogEntry {
  const message = args[at]
  const named = object === undefined ? undefined : errorIn(object)
  const error = named?.error ?? args.find((value, place) => place >= at && isError(value))
  const text =
    message === undefined
      ? error === undefined
        ? ''
        : messageOf(error)
      : prefix + formatMessage(message, args.slice(at + 1))
  // The error has its own place in the line.
  return { message: text, error, fields: toFields(object, named?.name) }
}

interface NamedError {
  readonly error: unknown
  /** The object's property it was found in; `undefined` when the object is the error. */
  readonly name: string | undefined
}

function errorIn(object: object): NamedError | undefined {
  if (isError(object)) return { error: object, name: undefined }
  for (const name of ['err', 'error']) {
    const error = read(object, name)
    if (isError(error)) return { error, name }
  }
  return undefined
}

/** Gives an object as fields: a collection or a message of HTTP is one field, anything that is no object is none. Never throws. */
export function toFields(object: unknown, errorName?: string): Fields | undefined {
  if (typeof object !== 'object' || object === null || isError(object)) return undefined
  try {
    if (isCollection(object)) return { value: object }
    if (isHttpMessage(object)) return 'setHeader' in object ? { res: object } : { req: object }
    return errorName === undefined ? (object as Fields) : without(object, errorName)
  } catch {
    // The encoder cannot read it either, and says so in the line.
    return object as Fields
  }
}

function isCollection(object: object): boolean {
  return (
    Array.isArray(object) ||
    ArrayBuffer.isView(object) ||
    object instanceof Map ||
    object instanceof Set
  )
}

function without(object: object, name: string): Fields {
  const rest = Object.create(null) as Record<string, unknown>
  for (const key of Object.keys(object)) if (key !== name) rest[key] = read(object, key)
  return rest
}
