/** What the end of a log says of why a process ended. */
export interface LastWords {
  /** At most a few lines, for a person. */
  readonly lines: readonly string[]
  readonly traceId?: string
}

const MAX_PLAIN_LINES = 12
const MAX_STACK_LINES = 6

interface LogRecord {
  readonly severity?: string
  readonly level?: string
  readonly message?: string
  readonly error?: {
    readonly type?: string
    readonly message?: string
    readonly stack?: string
    readonly code?: string
  }
  readonly trace_id?: string
}

/**
 * Finds the last error in a log: of our own JSON lines the last `error` or `fatal` one, in full and
 * with its trace; otherwise the last lines as they are.
 */
export function toLastWords(log: string): LastWords {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  const records = lines.map(toRecord)
  const at = records.findLastIndex((record) => isError(record))
  const record = records[at]
  if (record === undefined) return { lines: lines.slice(-MAX_PLAIN_LINES) }
  const { error, message = '', severity = 'error', trace_id: traceId } = record
  const stack = error?.stack?.split('\n') ?? []
  const told = stack.length > 0 ? stack.slice(0, MAX_STACK_LINES) : toErrorLine(error)
  const after = lines.slice(at + 1).filter((_, index) => records[at + 1 + index] === undefined)
  return {
    lines: [`${severity}: ${message}`, ...told, ...after.slice(-MAX_PLAIN_LINES)],
    ...(traceId === undefined ? {} : { traceId }),
  }
}

function toErrorLine(error: LogRecord['error']): string[] {
  if (error === undefined) return []
  return [[error.type, error.code, error.message].filter((part) => part !== undefined).join(': ')]
}

function isError(record: LogRecord | undefined): boolean {
  return ['error', 'fatal', 'ERROR', 'CRITICAL'].includes(record?.severity ?? record?.level ?? '')
}

function toRecord(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as LogRecord
  } catch {
    return undefined
  }
}
