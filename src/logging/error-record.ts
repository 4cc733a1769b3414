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

/** Gives an error as a record; anything else that was thrown as a record of type `thrown <type>`. May throw when a getter of the error does. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error))
    return { type: `thrown ${error === null ? 'null' : typeof error}`, message: textOf(error) }
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return {
    type: String(error.name === 'Error' ? (error.constructor?.name ?? 'Error') : error.name),
    message: String(error.message),
    ...(typeof error.stack === 'string' ? { stack: error.stack } : {}),
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause }),
    ...(error instanceof AggregateError ? { errors: error.errors as unknown } : {}),
    ...Object.fromEntries(Object.entries(error).filter(([name]) => !OWN.has(name))),
  }
}

function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  try {
    return JSON.stringify(thrown) ?? String(thrown)
  } catch {
    return 'a value that cannot be shown'
  }
}
