import { openLogging } from '../../src/logging/open-logging.ts'
import type { Destination } from '../../src/logging/destination.ts'
import { configOf, type Variables } from '../config/config-of.ts'

/** One parsed line. */
export type Line = Readonly<Record<string, unknown>>

/** Where a test's lines go. */
export interface LogCapture {
  /** The lines so far as they were written, each with its end. */
  readonly texts: readonly string[]
  /** The lines since the last call, parsed. */
  take(): Line[]
  /** The one line since the last call; throws when there is another number of them. */
  takeOne(): Line
  /** Has the next lines be lost: dropped, or failed. */
  lose(lines: number): void
}

/** Does for the log what `init()` does, with `env` as the variables, and keeps the lines. */
export function captureLog(env: Variables = {}): LogCapture {
  const texts: string[] = []
  let taken = 0
  let losing = 0
  const health = { queued: 0, delivered: 0, dropped: 0, failed: 0, lastSuccessMs: 0, up: true }
  const destination: Destination = {
    health,
    write(line) {
      if (losing > 0) {
        losing -= 1
        health.dropped += 1
        return false
      }
      texts.push(line)
      return true
    },
    writeSoon(line) {
      this.write(line)
    },
    flush: () => Promise.resolve(),
    flushSync: () => undefined,
  }
  openLogging(configOf({ NODE_ENV: 'production', ...env }), destination)
  const take = (): Line[] => {
    const fresh = texts.slice(taken)
    taken = texts.length
    return fresh.map((text) => JSON.parse(text) as Line)
  }
  return {
    texts,
    take,
    takeOne() {
      const [line, ...others] = take()
      if (line === undefined || others.length > 0)
        throw new Error(`expected one line, got ${others.length + Number(line !== undefined)}`)
      return line
    },
    lose: (lines) => (losing = lines),
  }
}
