import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EncodedSpans, FinishedSpan } from '../../src/tracing/span-encoder.ts'
import { SpanEncoder } from '../../src/tracing/span-encoder.ts'
import { SpanPacker } from '../../src/tracing/span-packer.ts'
import { requestFacts } from './facts.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] })
})
afterEach(() => vi.useRealTimers())

function openPacker(maxSpans = 512): { packer: SpanPacker; packed: number[] } {
  const encoder = new SpanEncoder({})
  const packed: number[] = []
  const onPacked = ({ count }: EncodedSpans): void => void packed.push(count)
  const packer = new SpanPacker({ encode: (spans) => encoder.encode(spans), onPacked, maxSpans })
  return { packer, packed }
}

function add(packer: SpanPacker, count: number, span: FinishedSpan = toSpan()): void {
  for (let added = 0; added < count; added += 1) packer.add(span)
}

function toSpan(all: FinishedSpan['attributes']['all'] = () => ({})): FinishedSpan {
  return { facts: requestFacts(), attributes: { all }, failed: false }
}

test('a span is encoded within 5 ms, with the others of that time', async () => {
  const { packer, packed } = openPacker()
  add(packer, 3)
  await vi.advanceTimersByTimeAsync(4)
  expect([packed, packer.waiting]).toEqual([[], 3])
  await vi.advanceTimersByTimeAsync(1)
  expect([packed, packer.waiting]).toEqual([[3], 0])
  add(packer, 1)
  await vi.advanceTimersByTimeAsync(5)
  expect(packed).toEqual([3, 1])
})

test('many spans are encoded at the end of the turn, and not by whoever ends them', async () => {
  const { packer, packed } = openPacker()
  add(packer, 100)
  expect(packed).toEqual([])
  await vi.advanceTimersByTimeAsync(0)
  expect(packed).toEqual([64, 36])
})

test('a turn without end holds a bounded number of spans', () => {
  const { packer, packed } = openPacker()
  add(packer, 1500)
  expect(packed).toEqual(Array.from({ length: 16 }, () => 64))
  expect(packer.waiting).toBe(1500 - 1024)
})

test('no more spans go together than fit into a batch', () => {
  const { packer, packed } = openPacker(2)
  add(packer, 5)
  packer.pack()
  expect(packed).toEqual([2, 2, 1])
})

test('a span that cannot be read is counted, and spoils no other', () => {
  const { packer, packed } = openPacker()
  add(packer, 2)
  add(
    packer,
    1,
    toSpan(() => {
      throw new Error('getter')
    }),
  )
  add(packer, 2)
  packer.pack()
  expect([packed, packer.lost]).toEqual([[4], 1])
})
