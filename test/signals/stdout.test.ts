import { execFileSync, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findSamples, parseExposition } from '../../src/testing/index.ts'
import { pollUntil } from '../real/poll-until.ts'

const FIXTURE = join(import.meta.dirname, '../fixtures/signals/app.ts')

/** More lines of 16 kB than may wait. */
const TALKS = 300

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'servicex-stdout-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The fixture service with a standard output of the test's choice. */
interface Service {
  /** The slowest of `count` requests, milliseconds; each was answered 200. */
  talk(count: number): Promise<number>
  countOf(outcome: string): Promise<number>
  /** Ends it by SIGTERM; resolves with its exit code and how long it took. */
  stop(): Promise<{ code: number | null; tookMs: number; stderr: string }>
}

async function startWith(stdout: number): Promise<Service> {
  const stdio: StdioOptions = ['ignore', stdout, 'pipe', 'ipc']
  const child = spawn(process.execPath, [FIXTURE], {
    env: { PATH: process.env['PATH'], ADMIN_PORT: '0', NODE_ENV: 'production' },
    stdio,
  })
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const closed = once(child, 'close') as Promise<[number | null]>
  const [ports] = (await once(child, 'message')) as [{ port: number; adminPort: number }]
  return {
    async talk(count) {
      let slowestMs = 0
      for (let index = 0; index < count; index += 1) {
        const startedAt = performance.now()
        const { status } = await fetch(`http://127.0.0.1:${ports.port}/talk`)
        slowestMs = Math.max(slowestMs, performance.now() - startedAt)
        expect(status).toBe(200)
      }
      return slowestMs
    },
    async countOf(outcome) {
      const page = await (await fetch(`http://127.0.0.1:${ports.adminPort}/metrics`)).text()
      const labels = { signal: 'logging', outcome }
      return (
        findSamples(parseExposition(page), 'servicex_telemetry_items_total', labels)[0]?.value ?? 0
      )
    },
    async stop() {
      const startedAt = performance.now()
      child.kill('SIGTERM')
      const [code] = await closed
      return { code, tookMs: performance.now() - startedAt, stderr }
    },
  }
}

interface Pipe {
  readonly readFd: number
  readonly writeFd: number
}

function openPipe(): Pipe {
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return { readFd, writeFd: openSync(path, 'w') }
}

test('a file has every line', async () => {
  const path = join(folder, 'log')
  const fd = openSync(path, 'w')
  const service = await startWith(fd)
  await service.talk(20)
  expect(await service.stop()).toMatchObject({ code: 0, stderr: '' })
  closeSync(fd)
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message)
  expect(messages.filter((message) => message === 'talking')).toHaveLength(20)
  expect(messages.at(-1)).toMatch(/SIGTERM/)
})

test('a full disk fails lines and no request', async () => {
  const fd = openSync('/dev/full', 'w')
  const service = await startWith(fd)
  await service.talk(20)
  expect(await service.countOf('failed')).toBeGreaterThanOrEqual(40)
  expect(await service.countOf('delivered')).toBe(0)
  expect(await service.stop()).toMatchObject({ code: 0, stderr: '' })
  closeSync(fd)
})

test('a pipe whose reader has gone loses lines and no request', async () => {
  const { readFd, writeFd } = openPipe()
  const service = await startWith(writeFd)
  closeSync(writeFd)
  closeSync(readFd)
  await service.talk(20)
  expect(await service.countOf('dropped')).toBeGreaterThanOrEqual(39)
  expect(await service.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('a pipe that nobody reads holds up neither requests nor the end', async () => {
  const { readFd, writeFd } = openPipe()
  const service = await startWith(writeFd)
  closeSync(writeFd)
  const slowestMs = await service.talk(TALKS)
  expect(slowestMs).toBeLessThan(1000)
  expect(await service.countOf('dropped')).toBeGreaterThan(0)
  const { code, tookMs } = await service.stop()
  expect(code).toBe(0)
  expect(tookMs).toBeLessThan(4500)
  closeSync(readFd)
})

test('a reader that comes back has what waited, and is told how much was lost', async () => {
  const { readFd, writeFd } = openPipe()
  const service = await startWith(writeFd)
  closeSync(writeFd)
  await service.talk(TALKS)
  const dropped = await service.countOf('dropped')
  let text = ''
  const read = (): void => {
    const part = Buffer.alloc(65_536)
    for (;;) {
      try {
        const bytes = readSync(readFd, part)
        if (bytes === 0) return
        text += part.toString('latin1', 0, bytes)
      } catch {
        return
      }
    }
  }
  const drained = async (): Promise<true | undefined> => {
    read()
    await service.talk(1)
    return text.includes('"log_dropped"') ? true : undefined
  }
  await pollUntil(drained, { what: 'the lines that waited', intervalMs: 5 })
  const stopping = service.stop()
  await pollUntil(
    async () => {
      read()
      return text.includes('SIGTERM') ? true : undefined
    },
    { what: 'the last line', intervalMs: 5 },
  )
  expect((await stopping).code).toBe(0)
  read()
  closeSync(readFd)
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { log_dropped?: number })
  const told = lines.reduce((sum, line) => sum + (line.log_dropped ?? 0), 0)
  expect(told).toBeGreaterThanOrEqual(dropped)
  expect(told).toBeGreaterThan(0)
})
