import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { findBinary } from './binary.ts'

/** What promtool thinks of a page of metrics. */
export interface MetricsVerdict {
  /** False when it cannot be parsed, or breaks a naming rule. */
  readonly isSound: boolean
  readonly complaints: string
}

/**
 * Has `promtool check metrics` read a page in the Prometheus text format (it knows no OpenMetrics).
 * Resolves `undefined` where it is not installed.
 */
export async function checkMetrics(page: string): Promise<MetricsVerdict | undefined> {
  const promtool = findBinary('promtool')
  if (promtool === undefined) return undefined
  const child = spawn(promtool, ['check', 'metrics'], { stdio: ['pipe', 'ignore', 'pipe'] })
  child.stdin.end(page)
  const [complaints, [code]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { isSound: code === 0, complaints }
}
