import { setTimeout as delay } from 'node:timers/promises'
import type { Writer } from './measure-lines.ts'

const DEADLINE_MS = 10_000
const POLL_MS = 50
const SECRET = 'hunter2'

/**
 * Waits until every line that was written has been read. Throws when some were not, and when the last is not
 * what this logger claims to write.
 */
export async function assertLines({ logger, program }: Writer, expected: number): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  while (program.lineCount() < expected && performance.now() < deadline) await delay(POLL_MS)
  const line = program.lastLine()
  const complaints = [
    ...complain(program.lineCount() === expected, `${program.lineCount()} of ${expected} lines`),
    ...complain(line.includes('trace_id') === logger.hasTraceIds, 'trace ids'),
    ...complain(line.includes(SECRET) !== logger.isRedacted, 'redaction'),
    ...complain(line.includes('sku-1002') && isJson(line), 'not the whole entry'),
  ]
  if (complaints.length > 0)
    throw new Error(`${logger.title} is not as claimed: ${complaints.join(', ')}\n  ${line}`)
}

function complain(isKept: boolean, what: string): readonly string[] {
  return isKept ? [] : [what]
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
