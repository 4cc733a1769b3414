import { execFileSync, spawnSync } from 'node:child_process'
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
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Destination, openDestination } from '../../src/logging/destination.ts'

const LINE = `${JSON.stringify({ message: 'x'.repeat(300) })}\n`

/** What a Linux pipe holds. */
const PIPE_BYTES = 65_536
const MAX_WAITING_BYTES = 4 * 1024 * 1024

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'servicex-lines-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a pipe', () => {
  let pipe: Pipe
  let destination: Destination

  beforeEach(() => {
    pipe = openPipe(join(folder, 'pipe'))
    destination = openDestination(pipe.writeFd)
  })
  afterEach(() => {
    pipe.closeReader()
    // What still waits is lost here, and not written to the next test's pipe.
    destination.flushSync()
    pipe.close()
  })

  test('has every line at once', () => {
    destination.write('a\n')
    expect(pipe.read()).toBe('a\n')
    destination.write('b\n')
    expect(pipe.read()).toBe('b\n')
    expect(destination.health).toMatchObject({ queued: 0, delivered: 2, dropped: 0, failed: 0 })
  })

  test('has a line that may wait when the turn ends, in order and together with the others', async () => {
    destination.writeSoon('a\n')
    destination.writeSoon('b\n')
    expect(pipe.read()).toBe('')
    await new Promise((resolve) => setImmediate(resolve))
    expect(pipe.read()).toBe('a\nb\n')
    destination.writeSoon('c\n')
    destination.write('d\n')
    expect(pipe.read()).toBe('c\nd\n')
    expect(destination.health).toMatchObject({ queued: 0, delivered: 4 })
  })

  test.each(['flush', 'flushSync'] as const)('has what may wait after %s()', (flush) => {
    destination.writeSoon('a\n')
    void destination[flush](100)
    expect(pipe.read()).toBe('a\n')
  })

  test('has what may wait when that is too much', () => {
    for (let index = 0; index < 100; index += 1) destination.writeSoon(LINE)
    expect(pipe.read().length).toBeGreaterThan(50 * LINE.length)
  })

  test('that is nearly full gets lines that were written together whole, once and in order', async () => {
    const filling = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(320)}\n`)
    for (const line of filling) destination.write(line)
    expect(destination.health.queued).toBeGreaterThan(0)
    let read = pipe.read()
    await destination.flush(100)
    // Not all of them fit into a pipe.
    const held = Array.from({ length: 60 }, (_, index) => `held ${index} ${'ž'.repeat(600)}\n`)
    for (const line of held) destination.writeSoon(line)
    await new Promise((resolve) => setImmediate(resolve))
    expect(destination.health.queued).toBeGreaterThan(0)
    const all = [...filling, ...held].join('')
    while (read.length < all.length) {
      read += pipe.read()
      await destination.flush(1)
    }
    expect(read === all).toBe(true)
    expect(destination.health).toMatchObject({ queued: 0, delivered: 260, failed: 0, dropped: 0 })
  })

  test('that nobody reads holds nothing up: lines wait, bounded, and further ones are dropped', () => {
    const count = 20_000
    const startedAt = performance.now()
    let kept = 0
    for (let index = 0; index < count; index += 1) if (destination.write(LINE)) kept += 1
    expect(performance.now() - startedAt).toBeLessThan(2000)
    const { queued, delivered, dropped, failed } = destination.health
    expect({ failed, sum: queued + delivered + dropped }).toEqual({ failed: 0, sum: count })
    expect(queued + delivered).toBe(kept)
    expect(kept * LINE.length).toBeLessThanOrEqual(MAX_WAITING_BYTES + PIPE_BYTES)
    expect(kept * LINE.length).toBeGreaterThan(MAX_WAITING_BYTES - LINE.length)
  })

  test('whose reader comes back gets all that waited, whole, once and in order', async () => {
    const lines = Array.from({ length: 8000 }, (_, index) => `${index} ${'ž'.repeat(100)}\n`)
    const kept = lines.filter((line) => destination.write(line))
    let read = ''
    while (read.length < kept.join('').length) {
      read += pipe.read()
      await destination.flush(1)
    }
    expect(read === kept.join('')).toBe(true)
    expect(kept.length).toBeGreaterThan(1000)
    expect(destination.health).toMatchObject({
      queued: 0,
      delivered: kept.length,
      dropped: lines.length - kept.length,
      up: true,
    })
  })

  test('takes what waits by itself once there is room', async () => {
    for (let index = 0; index < 400; index += 1) destination.write(LINE)
    expect(destination.health.queued).toBeGreaterThan(0)
    let readBytes = 0
    while (readBytes < 400 * LINE.length) {
      readBytes += pipe.read().length
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect(destination.health).toMatchObject({ queued: 0, delivered: 400 })
  })

  test('whose reader is gone loses lines, counted, and nothing else', () => {
    for (let index = 0; index < 400; index += 1) destination.write(LINE)
    const { queued, delivered } = destination.health
    pipe.closeReader()
    destination.flushSync()
    expect(destination.health).toMatchObject({ queued: 0, delivered, failed: queued, up: false })
    expect(destination.write(LINE)).toBe(false)
    expect(destination.health).toMatchObject({ dropped: 1, failed: queued })
  })

  test('that nobody reads keeps the end of a process for half a second, and no second time', () => {
    for (let index = 0; index < 400; index += 1) destination.write(LINE)
    expect(timeOf(() => destination.flushSync())).toBeGreaterThan(400)
    expect(timeOf(() => destination.flushSync())).toBeLessThan(100)
    pipe.read()
    destination.flushSync()
    expect(destination.health.queued).toBeLessThan(250)
  })

  test('flush() gives up at its deadline', async () => {
    for (let index = 0; index < 400; index += 1) destination.write(LINE)
    const startedAt = performance.now()
    await destination.flush(100)
    expect(performance.now() - startedAt).toBeLessThan(1000)
    expect(destination.health.queued).toBeGreaterThan(0)
  })
})

test('a file has every line at once', () => {
  const path = join(folder, 'file')
  const fd = openSync(path, 'a')
  const destination = openDestination(fd)
  for (let index = 0; index < 1000; index += 1) destination.write(`${index}\n`)
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(1001)
  closeSync(fd)
  expect(destination.write('x\n')).toBe(false)
  expect(destination.health).toMatchObject({ delivered: 1000, failed: 1, up: false })
})

test('a full disk loses lines, counted, and every line is tried', () => {
  const fd = openSync('/dev/full', 'w')
  const destination = openDestination(fd)
  expect([destination.write('a\n'), destination.write('b\n')]).toEqual([false, false])
  expect(destination.health).toMatchObject({ failed: 2, delivered: 0, dropped: 0, up: false })
  destination.flushSync()
  closeSync(fd)
})

test('a disk that was full in the middle of a line and has room again gets whole lines', () => {
  const path = join(folder, 'file')
  const script = new URL('../fixtures/signals/fill-disk.ts', import.meta.url).pathname
  const command = `ulimit -f 4 && exec "$0" "$1" >> "$2"`
  const { status, stderr } = spawnSync('bash', ['-c', command, process.execPath, script, path])
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
  const [cut, ...lines] = readFileSync(path, 'utf8').split('\n')
  expect(cut).toBe('')
  expect(lines).toEqual(['after 1', 'after 2', ''])
})

interface Pipe {
  readonly writeFd: number
  read(): string
  closeReader(): void
  close(): void
}

/** A named pipe with both ends in this process, neither of them blocking. */
function openPipe(path: string): Pipe {
  execFileSync('mkfifo', [path])
  let readFd: number | undefined = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writeFd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  const decoder = new TextDecoder()
  const buffer = Buffer.alloc(PIPE_BYTES)
  const closeReader = (): void => {
    if (readFd !== undefined) closeSync(readFd)
    readFd = undefined
  }
  return {
    writeFd,
    closeReader,
    read() {
      try {
        return decoder.decode(buffer.subarray(0, readSync(readFd ?? -1, buffer)), { stream: true })
      } catch {
        return ''
      }
    },
    close() {
      closeReader()
      closeSync(writeFd)
    },
  }
}

function timeOf(work: () => void): number {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}
