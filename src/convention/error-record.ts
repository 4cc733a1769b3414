/** An error as it stands in a line: `type`, `message`, `stack`, `code`, the chain of causes, and the error's own fields. */
export interface ErrorRecord {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly code?: unknown
  readonly cause?: unknown
  readonly [field: string]: unknown
}

const OWN = new Set(['name', 'message', 'stack', 'cause', 'code', 'errors', 'type'])

/** Says whether a value is an Error, of this realm or another one (a test runner's, a vm's). Never throws. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  try {
    // An object literal is none, and most of what is asked about is one.
    if (Object.getPrototypeOf(value) === Object.prototype) return false
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
  } catch {
    return false
  }
}

/** What an error has by its type, and what hostile code may have put there. */
interface Readable {
  readonly name: unknown
  readonly message: unknown
  readonly stack: unknown
  readonly code: unknown
  readonly cause: unknown
  readonly constructor: { readonly name: unknown } | undefined
}

/** Gives an error as a record; anything else that was thrown as a record of type `thrown <type>`. May throw when a getter of the error does. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (!isError(error)) return toThrownRecord(error)
  const { name, message, stack, code, cause, constructor } = error as unknown as Readable
  return {
    type: String(name === 'Error' ? (constructor?.name ?? name) : name),
    message: String(message),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause }),
    ...(error instanceof AggregateError ? { errors: error.errors as unknown } : {}),
    ...Object.fromEntries(Object.entries(error).filter(([field]) => !OWN.has(field))),
  }
}

/** Gives what an error says of itself; a note where it cannot be read, or is no Error. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return isError(error)
      ? String((error as unknown as Readable).message)
      : toThrownRecord(error).message
  } catch {
    return 'an error that cannot be read'
  }
}

function toThrownRecord(thrown: unknown): ErrorRecord {
  const type = `thrown ${thrown === null ? 'null' : typeof thrown}`
  const isPrimitive = thrown === null || !['object', 'function'].includes(typeof thrown)
  return isPrimitive
    ? { type, message: String(thrown) }
    : { type, message: 'something that is no Error was thrown', thrown }
}
