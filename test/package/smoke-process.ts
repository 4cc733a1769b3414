import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** One line of the service's log. */
export type LogLine = Readonly<Record<string, unknown>>

/** The smoke service, running on the package that is installed in its folder. */
export interface SmokeService {
  readonly appUrl: string
  readonly adminUrl: string
  /** Every line so far. */
  readonly lines: readonly LogLine[]
  /** Sends SIGTERM; resolves with the exit code, and the signal if one ended it. */
  stop(): Promise<{ exitCode: number | null; signal: string | null; stderr: string }>
}

/** Starts the smoke service in `folder`; resolves when it listens. Must be stopped. */
export async function openSmokeService(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<SmokeService> {
  const entry = join(folder, 'smoke-service.mjs')
  await copyFile(join(import.meta.dirname, 'smoke-service.mjs'), entry)
  const child = spawn(process.execPath, [entry], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ADMIN_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const lines: LogLine[] = []
  const ended = once(child, 'close') as Promise<[number | null, string | null]>
  const { app, admin } = await new Promise<LogLine>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as LogLine
      lines.push(line)
      if (line['message'] === 'listening') resolve(line)
    })
    void ended.then(([exitCode]) => reject(new Error(`the service exited ${exitCode}: ${stderr}`)))
  })
  return {
    appUrl: `http://127.0.0.1:${String(app)}`,
    adminUrl: `http://127.0.0.1:${String(admin)}`,
    lines,
    stop: async () => {
      child.kill('SIGTERM')
      const [exitCode, signal] = await ended
      return { exitCode, signal, stderr }
    },
  }
}
