import { closeSync, existsSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApp, startApp, type AppOptions, type AppProcess } from './app-process.ts'
import { openFifo, type Fifo } from './fifo.ts'
import { readLedger, settledLedger } from './metrics-page.ts'

let app: AppProcess | undefined
let fifo: Fifo

beforeEach(() => {
  fifo = openFifo()
})

afterEach(async () => {
  await app?.close()
  fifo.close()
})

/** 100 lines of half a kilobyte each; 200 of these requests are more than is kept for a reader. */
const LINES = '/lines'
const FLOOD = 200

describe('a reader that has stopped', () => {
  test('holds up no request; lines that find no place are counted, and told in the next that does', async () => {
    app = await open(fifo.fd)
    await ask(app, LINES, FLOOD)
    const stalled = await readLedger(app.adminUrl, 'logging')
    expect(stalled.dropped).toBeGreaterThan(5000)
    expect(stalled.queued).toBeGreaterThan(1000)
    expect(await longestDelayMs(app)).toBeLessThan(1000)

    await fifo.drain((text) => text.endsWith('\n') && text.length > 4 * 2 ** 20)
    await ask(app, '/', 1)
    const made = 1 + FLOOD * 101 + 2
    const { delivered, dropped } = await settledLedger(app.adminUrl, 'logging', made)
    const told = await fifo.drain((text) => text.endsWith('\n'))
    const lines = toLines(told)
    expect(lines).toHaveLength(delivered)
    const tellings = lines.flatMap((line) => ('log_dropped' in line ? [line['log_dropped']] : []))
    expect(sumOf(tellings)).toBe(dropped)
  })

  test('does not keep the service from its end', async () => {
    app = await open(fifo.fd, { SERVICEX_SHUTDOWN_TIMEOUT: '0.5' })
    await ask(app, LINES, FLOOD)
    const startedAt = performance.now()
    app.kill('SIGTERM')
    expect((await app.ended).exitCode).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })

  test('that goes on during the end gets every line that waits', async () => {
    app = await open(fifo.fd)
    await ask(app, LINES, 50)
    app.kill('SIGTERM')
    const [end, text] = await Promise.all([
      app.ended,
      fifo.drain((read) => read.includes('SIGTERM: draining')),
    ])
    expect(end.exitCode).toBe(0)
    expect(toLines(text).filter(({ message }) => String(message).startsWith('xxx'))).toHaveLength(
      5000,
    )
  })
})

describe('a slow reader', () => {
  test('gets whole lines in order, and holds up no request', async () => {
    app = await open(fifo.fd)
    let reading = true
    const reader = (async () => {
      while (reading) {
        fifo.read(16_384)
        await delay(2)
      }
    })()
    await ask(app, LINES, FLOOD)
    expect(await longestDelayMs(app)).toBeLessThan(1000)
    const { delivered } = await settledLedger(app.adminUrl, 'logging', 1 + FLOOD * 101 + 1)
    reading = false
    await reader

    const text = await fifo.drain((read) => read.endsWith('\n'))
    const lines = toLines(text)
    expect(lines).toHaveLength(delivered)
    // Not their times: an access line has that of its request's end, by a clock of finer steps.
    const numbers = lines.flatMap(({ n }) => (n === undefined ? [] : [Number(n)]))
    expect(numbers.length).toBeGreaterThan(1000)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  })
})

describe('standard output that takes nothing', () => {
  test('a reader that has gone: the service serves on, counts, and ends with 0', async () => {
    app = await open(fifo.fd)
    fifo.closeReader()
    await ask(app, LINES, 3)
    const { dropped, failed } = await readLedger(app.adminUrl, 'logging')
    expect(dropped + failed).toBe(3 * 101)

    app.kill('SIGTERM')
    expect(await app.ended).toEqual({ exitCode: 0, signal: null, stderr: '' })
  })

  test.skipIf(!existsSync('/dev/full'))(
    'a full disk: the service serves on, counts, and ends with 0 (skipped without /dev/full)',
    async () => {
      const full = openSync('/dev/full', 'w')
      app = await open(full)
      closeSync(full)
      await ask(app, LINES, 3)
      const { dropped, failed } = await readLedger(app.adminUrl, 'logging')
      expect(dropped + failed).toBe(1 + 3 * 101)

      const startedAt = performance.now()
      app.kill('SIGTERM')
      expect(await app.ended).toEqual({ exitCode: 0, signal: null, stderr: '' })
      expect(performance.now() - startedAt).toBeLessThan(1000)
    },
  )

  test('a crash without a reader ends with 1', async () => {
    fifo.closeReader()
    app = undefined
    const crash = startApp('end.ts', { args: ['a throw in a timer'], stdout: fifo.fd })
    expect((await crash.ended).exitCode).toBe(1)
  })
})

function open(stdout: number, env: AppOptions['env'] = {}): Promise<AppProcess> {
  return openApp('serve-telemetry.ts', { stdout, env })
}

function sumOf(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => sum + Number(value), 0)
}

async function ask({ port }: AppProcess, path: string, count: number): Promise<void> {
  for (let asked = 0; asked < count; asked += 1) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    expect(response.status).toBe(200)
    await response.text()
  }
}

async function longestDelayMs({ port }: AppProcess): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${port}/delay`)).text())
}

/** Fails on anything that is not one JSON object a line. */
function toLines(text: string): Readonly<Record<string, unknown>>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
