import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BatchQueue, type QueueOptions } from '../../src/tracing/span-queue.ts'

/** A destination that takes a batch when the test says so. */
interface Destination {
  readonly batches: readonly (readonly number[])[]
  readonly changes: readonly [boolean, unknown][]
  accept(): Promise<void>
  refuse(reason: unknown): Promise<void>
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] })
})
afterEach(() => vi.useRealTimers())

function openQueue(options: Partial<QueueOptions<number>> = {}): {
  queue: BatchQueue<number>
  destination: Destination
} {
  const batches: (readonly number[])[] = []
  const changes: [boolean, unknown][] = []
  const open: PromiseWithResolvers<void>[] = []
  const queue = new BatchQueue<number>({
    maxItems: 10,
    maxBatch: 3,
    delayMs: 5000,
    deliver: (batch) => {
      batches.push(batch)
      const delivery = Promise.withResolvers<void>()
      open.push(delivery)
      return delivery.promise
    },
    onChange: (up, reason) => changes.push([up, reason]),
    ...options,
  })
  const settle = async (
    end: (delivery: PromiseWithResolvers<void> | undefined) => void,
  ): Promise<void> => {
    end(open.shift())
    await vi.advanceTimersByTimeAsync(0)
  }
  return {
    queue,
    destination: {
      batches,
      changes,
      accept: () => settle((delivery) => delivery?.resolve()),
      refuse: (reason) => settle((delivery) => delivery?.reject(reason)),
    },
  }
}

function add(queue: BatchQueue<number>, ...items: readonly number[]): void {
  for (const item of items) queue.add(item)
}

test('less than a batch waits for the delay', async () => {
  const { queue, destination } = openQueue()
  add(queue, 1, 2)
  await vi.advanceTimersByTimeAsync(4999)
  expect(destination.batches).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(destination.batches).toEqual([[1, 2]])
})

test('a whole batch goes at once, but not in the turn of whoever adds', async () => {
  const { queue, destination } = openQueue()
  add(queue, 1, 2, 3, 4)
  expect(destination.batches).toEqual([])
  await Promise.resolve()
  expect(destination.batches).toEqual([])
  await vi.advanceTimersByTimeAsync(0)
  expect(destination.batches).toEqual([[1, 2, 3]])
})

test('one batch is on its way at a time; the next follows it', async () => {
  const { queue, destination } = openQueue()
  add(queue, 1, 2, 3, 4, 5, 6, 7)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(destination.batches).toEqual([[1, 2, 3]])
  await destination.accept()
  expect(destination.batches).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
  await destination.accept()
  await vi.advanceTimersByTimeAsync(5000)
  expect(destination.batches.at(-1)).toEqual([7])
})

test('items count for as many as they are: a batch has no more than fit', async () => {
  const { queue, destination } = openQueue({ countOf: (item) => item })
  add(queue, 2, 1, 2, 2, 2)
  await vi.advanceTimersByTimeAsync(0)
  expect(destination.batches).toEqual([[2, 1]])
  expect(queue.health).toMatchObject({ queued: 9, dropped: 0 })
  // Of at most ten.
  add(queue, 2)
  expect(queue.health).toMatchObject({ queued: 9, dropped: 2 })
  await destination.accept()
  expect(destination.batches.at(-1)).toEqual([2])
  await destination.refuse(new Error('503'))
  expect(queue.health).toMatchObject({ queued: 4, delivered: 3, failed: 2 })
})

describe('health', () => {
  test('counts what waits and is on its way, what was taken and what was refused', async () => {
    const { queue, destination } = openQueue()
    add(queue, 1, 2, 3, 4)
    await vi.advanceTimersByTimeAsync(0)
    expect(queue.health).toMatchObject({ queued: 4, delivered: 0, lastSuccessMs: 0 })
    await destination.accept()
    expect(queue.health).toMatchObject({ queued: 1, delivered: 3 })
    expect(Math.abs(queue.health.lastSuccessMs - Date.now())).toBeLessThan(5000)
    await vi.advanceTimersByTimeAsync(5000)
    await destination.refuse(new Error('503'))
    expect(queue.health).toMatchObject({ queued: 0, delivered: 3, failed: 1, up: false })
  })

  test('counts what a full queue drops; what is on its way fills it too', async () => {
    const { queue } = openQueue()
    add(queue, ...Array.from({ length: 25 }, (_, index) => index))
    await vi.advanceTimersByTimeAsync(0)
    expect(queue.health).toMatchObject({ queued: 10, dropped: 15 })
    add(queue, 1)
    expect(queue.health).toMatchObject({ queued: 10, dropped: 16 })
    expect(queue.undelivered()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

test('a destination that fails is told of once, and once more when it takes a batch again', async () => {
  const { queue, destination } = openQueue({ maxBatch: 1 })
  const reasons = [new Error('first'), new Error('second')]
  for (const reason of reasons) {
    add(queue, 1)
    await vi.advanceTimersByTimeAsync(0)
    await destination.refuse(reason)
  }
  expect(destination.changes).toEqual([[false, reasons[0]]])
  for (let turn = 0; turn < 2; turn += 1) {
    add(queue, 1)
    await vi.advanceTimersByTimeAsync(0)
    await destination.accept()
  }
  expect(destination.changes).toEqual([
    [false, reasons[0]],
    [true, undefined],
  ])
})

describe('flush()', () => {
  test('delivers all that waits, batch after batch', async () => {
    const { queue, destination } = openQueue()
    add(queue, 1, 2, 3, 4)
    let done = false
    void queue.flush(1000).then(() => (done = true))
    await destination.accept()
    expect([done, destination.batches]).toEqual([false, [[1, 2, 3], [4]]])
    await destination.accept()
    expect(done).toBe(true)
  })

  test('resolves at its deadline when the destination hangs', async () => {
    const { queue } = openQueue()
    add(queue, 1)
    let done = false
    void queue.flush(1000).then(() => (done = true))
    await vi.advanceTimersByTimeAsync(999)
    expect(done).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(done).toBe(true)
    expect(queue.health.queued).toBe(1)
  })

  test('of an empty queue resolves at once', async () => {
    const { queue, destination } = openQueue()
    await queue.flush(1000)
    expect(destination.batches).toEqual([])
  })

  test('goes on after a batch that was refused', async () => {
    const { queue, destination } = openQueue({ maxBatch: 1 })
    add(queue, 1, 2)
    const flushed = queue.flush(1000)
    await destination.refuse(new Error('x'))
    await destination.accept()
    await flushed
    expect(queue.health).toMatchObject({ failed: 1, delivered: 1, queued: 0 })
  })
})
