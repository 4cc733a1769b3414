import { describe, expect, test } from 'vitest'
import { AddressBook, type FoundAddresses } from '../../../src/client/policies/address-book.ts'
import { VirtualTime } from '../../../src/simulation/virtual-time.ts'
import { recordEvents } from './calls.ts'

type Answer = FoundAddresses | Error

describe('the addresses of a name', () => {
  test('a hundred calls at the start are one lookup', async () => {
    const { book, asked, time } = toBook(() => found(['a']))
    const reads = Array.from({ length: 100 }, async () => book.read())
    await time.advanceTo(100)
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 100 }, () => ['a']))
    expect(asked).toEqual([0])
  })

  test.for([
    ['their own time', 12, [10_800, 13_200]],
    ['5 s at least', 1, [4500, 5500]],
    ['30 s at most', 3600, [27_000, 33_000]],
  ] as const)(
    'are looked up again after %s, give or take a tenth',
    async ([, ttlSeconds, [from, to]]) => {
      const { book, asked, time } = toBook(() => found(['a'], ttlSeconds))
      await read(book, time, 40_000)
      const gap = (asked[1] ?? 0) - (asked[0] ?? 0)
      expect(gap).toBeGreaterThanOrEqual(from)
      expect(gap).toBeLessThanOrEqual(to + 120)
    },
  )

  test('are given at once while they are looked up again', async () => {
    let answers = 0
    const { book, time } = toBook(() => found([`a${(answers += 1)}`]), 500)
    expect(await settle(book, time)).toEqual(['a1'])
    await time.advanceTo(40_000)
    expect(book.read()).toEqual(['a1'])
    await time.advanceTo(40_499)
    expect(book.read()).toEqual(['a1'])
    await time.advanceTo(40_500)
    expect(book.read()).toEqual(['a2'])
  })

  test('nothing is looked up while nobody asks', async () => {
    const { book, asked, time } = toBook(() => found(['a']))
    await read(book, time, 100)
    await time.advanceTo(3_600_000)
    expect(asked).toHaveLength(1)
  })

  test('go on for 5 minutes when nobody answers, asked for once in 2 s at most', async () => {
    const { book, asked, time, told } = toBook((at) =>
      at < 1000 ? found(['a']) : new Error('SERVFAIL'),
    )
    const reads = await read(book, time, 290_000)
    expect(new Set(reads)).toEqual(new Set(['a']))
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2000)
    expect(told.every((event) => event === 'lookupFailed')).toBe(true)
    await time.advanceTo(400_000)
    await expect(settle(book, time)).rejects.toThrow('SERVFAIL')
  })

  test('nobody answering from the start is told at once', async () => {
    const { book, time } = toBook(() => new Error('ETIMEOUT'))
    await expect(settle(book, time)).rejects.toThrow('ETIMEOUT')
  })

  test('"there is none" is believed the second time, 5 s later', async () => {
    const { book, time } = toBook((at) => (at < 1000 ? found(['a']) : found([])))
    const reads = await read(book, time, 60_000)
    const firstNone = reads.indexOf('')
    expect(reads.slice(0, firstNone)).not.toContain('')
    expect(firstNone * 100).toBeGreaterThan(27_000 + 5000)
    expect(firstNone * 100).toBeLessThan(33_000 + 5500)
  })

  test('"there is none" once is forgotten when there are some again', async () => {
    let asks = 0
    const { book, time } = toBook(() => found((asks += 1) % 2 === 0 ? [] : ['a']))
    expect(await read(book, time, 200_000)).not.toContain('')
  })

  test('a failed connection looks them up with the next call, once a second at most', async () => {
    const { book, asked, time } = toBook(() => found(['a']))
    await read(book, time, 2000)
    for (let at = 0; at < 50; at += 1) {
      book.hurry()
      await read(book, time, time.now() + 100)
    }
    expect(asked.length).toBeGreaterThanOrEqual(5)
    expect(asked.length).toBeLessThanOrEqual(7)
  })
})

function found(addresses: readonly string[], ttlSeconds = 30): FoundAddresses {
  return { addresses, ttlSeconds }
}

function toBook(answer: (nowMs: number) => Answer, tookMs = 10) {
  const time = new VirtualTime(3)
  const asked: number[] = []
  const { events, told } = recordEvents()
  const lookup = async (): Promise<FoundAddresses> => {
    asked.push(time.now())
    const given = answer(time.now())
    await time.sleep(tookMs)
    if (given instanceof Error) throw given
    return given
  }
  return {
    book: new AddressBook({ host: 'web.', lookup, timing: time, events }),
    asked,
    time,
    told,
  }
}

/** Reads ten times a second until `untilMs`; gives what was read, each as text. */
async function read(
  book: AddressBook,
  time: VirtualTime,
  untilMs: number,
): Promise<readonly string[]> {
  const reads: string[] = []
  while (time.now() < untilMs) {
    const known = book.read()
    await time.advanceTo(time.now() + 100)
    reads.push((await known).join())
  }
  return reads
}

async function settle(book: AddressBook, time: VirtualTime): Promise<readonly string[]> {
  const reading = Promise.resolve(book.read())
  reading.catch(() => undefined)
  await time.advanceTo(time.now() + 1000)
  return reading
}
