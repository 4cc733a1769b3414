import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { once } from 'node:events'

/** What one start cost. */
export interface StartCost {
  /** CPU of the process until the server listened, ms. */
  readonly listeningCpuMs: number
  /** CPU until nothing happened any more: what is loaded beside the app's own start is in it. */
  readonly idleCpuMs: number
  readonly rssMb: number
  /** Files loaded as modules; only where they were counted. */
  readonly modules?: number
}

/** Starts Node on `words` in `folder` and gives what its probe reports. Rejects when it reports nothing. */
export async function measureStart(
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<StartCost> {
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: { NODE_ENV: 'production', ADMIN_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [report, complaint] = await Promise.all([
    text(child.stdio[3] as Readable),
    text(child.stderr as Readable),
    once(child, 'close'),
  ])
  if (report === '') throw new Error(`node ${words.join(' ')} reported nothing:\n${complaint}`)
  return JSON.parse(report) as StartCost
}
