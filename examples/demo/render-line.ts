import type { LogLine } from './start-service.ts'
import { wrap } from './wrap.ts'

/**
 * Spells a log line as the JSON it is, a few members a row. Only the stack of an error is cut, after
 * its first row, and says so.
 */
export function renderLine(line: LogLine): readonly string[] {
  const members = Object.entries(line).map(([key, value]) => {
    const shown = key === 'error' ? withShortStack(value) : value
    return `${JSON.stringify(key)}:${JSON.stringify(shown)}`
  })
  return wrap(`{${members.join(',\n')}}`.split('\n'))
}

function withShortStack(error: unknown): unknown {
  const { stack, ...rest } = error as { stack?: string }
  if (stack === undefined) return error
  const rows = stack.split('\n')
  return { ...rest, stack: `${rows[0]} … ${rows.length - 1} more rows` }
}
