import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findBinary } from './binary.ts'
import { pollUntil } from './poll-until.ts'
import { makeDataFolder, startServer } from './server-process.ts'

const FIXTURE = fileURLToPath(new URL('./fixtures/start-and-wait.ts', import.meta.url))

test('a server that cannot start is reported with its last words, and its folder is gone', async () => {
  const folder = makeDataFolder('broken')
  const script = 'console.error("no space left"); process.exit(3)'
  const start = startServer({
    command: process.execPath,
    args: ['-e', script],
    folder,
    isReady: async () => false,
  })

  await expect(start).rejects.toThrow(/did not start:\nno space left/)
  expect(existsSync(folder)).toBe(false)
})

test('closing ends the server and removes its folder', async () => {
  const folder = makeDataFolder('sound')
  const server = await startServer({
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 60_000)'],
    folder,
    isReady: async () => true,
  })
  expect(isRunning(server.pid)).toBe(true)

  await server.close()
  expect(isRunning(server.pid)).toBe(false)
  expect(existsSync(folder)).toBe(false)
})

test('a server ends when its test process is killed', async ({ skip }) => {
  skip(findBinary('setpriv') === undefined, 'this machine has no setpriv')
  const child = spawn(process.execPath, [FIXTURE], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  expect(isRunning(pid)).toBe(true)

  child.kill('SIGKILL')
  await pollUntil(async () => (isRunning(pid) ? undefined : true), { what: 'the server to end' })
})

/** A process that has ended and was not reaped yet is not running; where /proc says so, believe it. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const status = `/proc/${pid}/status`
  return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'))
}
