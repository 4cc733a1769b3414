import { expect, test } from 'vitest'
import { newSpanId, newTraceId } from '../../src/context/ids.ts'
import { isSpanContextValid } from '../../src/context/propagation/span-context.ts'

test('ids are valid and none comes twice', () => {
  const ids = Array.from({ length: 20_000 }, () => [newTraceId(), newSpanId()] as const)
  for (const [traceId, spanId] of ids)
    expect(isSpanContextValid({ traceId, spanId, traceFlags: 1 })).toBe(true)
  expect(new Set(ids.map(([traceId]) => traceId)).size).toBe(ids.length)
  expect(new Set(ids.map(([, spanId]) => spanId)).size).toBe(ids.length)
})

test.for([
  ['0'.repeat(32), 'b7ad6b7169203331'],
  ['0af7651916cd43dd8448eb211c80319c', '0'.repeat(16)],
  ['0AF7651916CD43DD8448EB211C80319C', 'b7ad6b7169203331'],
  ['', ''],
] as const)('%s/%s cannot be a parent', ([traceId, spanId]) => {
  expect(isSpanContextValid({ traceId, spanId, traceFlags: 1 })).toBe(false)
})
