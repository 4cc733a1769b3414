interface LogRecord {
  readonly timestamp?: string
  readonly severity?: string
  readonly level?: string
  readonly message?: string
  readonly trace_id?: string
  readonly error?: { readonly type?: string; readonly message?: string; readonly stack?: string }
  readonly http?: {
    readonly status?: number
    readonly method?: string
    readonly route?: string
    readonly path?: string
    readonly duration_ms?: number
  }
}

/** What stands in every line, or is shown in its own way. */
const HIDDEN: ReadonlySet<string> = new Set([
  'timestamp',
  'severity',
  'message',
  'service',
  'version',
  'environment',
  'trace_id',
  'span_id',
  'trace_flags',
  'error',
  'http',
])

/** Gives a line of the convention's JSON as a person reads it; any other line as it is. */
export function toLogText(line: string): string {
  const record = toRecord(line)
  if (record?.message === undefined) return line
  const { timestamp = '', severity = 'info', message, error, http, trace_id: traceId } = record
  const time = timestamp.slice(11, 23)
  const status = http?.status === undefined ? '' : ` ${http.status} ${http.duration_ms ?? '?'} ms`
  const own = Object.entries(record)
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('')
  const isBad = severity === 'error' || severity === 'fatal'
  const trace = isBad && traceId !== undefined ? ` trace_id=${traceId}` : ''
  const stack =
    error === undefined
      ? ''
      : `\n    ${(error.stack ?? `${error.type ?? 'Error'}: ${error.message ?? ''}`).replaceAll('\n', '\n    ')}`
  return `${time} ${severity.padEnd(5)} ${message}${status}${own}${trace}${stack}`
}

function toRecord(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as LogRecord
  } catch {
    return undefined
  }
}
