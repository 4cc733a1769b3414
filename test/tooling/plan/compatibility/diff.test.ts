import { expect, test } from 'vitest'
import type { JsonSchema } from '../../../../src/convention/snapshot.ts'
import { COMPATIBILITY_RULES } from '../../../../tooling/plan/compatibility/compatibility-rules.ts'
import { diff } from '../../../../tooling/plan/compatibility/diff.ts'
import { GOLDEN_PAIRS, toLine } from './golden-pairs.ts'
import { toSnapshot } from './sample-snapshot.ts'

test.for(GOLDEN_PAIRS)('$title', ({ before, after, used, findings }) => {
  const found = diff(toSnapshot(before), toSnapshot(after), used)
  expect(found.map(toLine)).toEqual(findings)
})

test.for(GOLDEN_PAIRS)('$title: nothing between a snapshot and itself', ({ before, after }) => {
  expect(diff(toSnapshot(before), toSnapshot(before))).toEqual([])
  expect(diff(toSnapshot(after), toSnapshot(after))).toEqual([])
})

test('every rule has a pair that shows it, and every pair keeps to the rules', () => {
  const shown = new Set(
    GOLDEN_PAIRS.flatMap(({ findings }) => findings).map((line) => line.split(' ')[1]),
  )
  shown.add('snapshot-too-deep')
  expect(shown).toEqual(new Set(Object.keys(COMPATIBILITY_RULES)))
})

test.for(Object.entries(COMPATIBILITY_RULES))(
  '%s says what changed and what to do',
  ([id, rule]) => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/)
    expect(rule.sentence.length).toBeGreaterThan(15)
    expect(rule.fix === 'nothing to do').toBe(
      rule.severity === 'info' && !rule.fix.includes(':') && !rule.fix.includes('until'),
    )
  },
)

test('of several callers of one operation, the one who waits least counts', () => {
  const raised = [{ timeoutMs: 500 }, { timeoutMs: 800 }].map((facts) =>
    toSnapshot({ operations: [{ facts }] }),
  )
  const used = [900, 600, 700].map((deadlineMs) => ({ operation: 'getThing', deadlineMs }))
  const [finding] = diff(raised[0]!, raised[1]!, used)
  expect(finding).toMatchObject({
    rule: 'timeout-above-deadline',
    detail: expect.stringContaining('600 ms'),
  })
})

test('a snapshot made to explode is called undecided, and ends', () => {
  const level = (index: number): JsonSchema => ({
    anyOf: [
      { $ref: `#/components/schemas/L${index + 1}` },
      { $ref: `#/components/schemas/L${index + 1}` },
    ],
  })
  const bomb = (end: JsonSchema): ReturnType<typeof toSnapshot> =>
    toSnapshot({
      operations: [{ reply: { $ref: '#/components/schemas/L0' } }],
      schemas: {
        ...Object.fromEntries(
          Array.from({ length: 60 }, (_, index) => [`L${index}`, level(index)]),
        ),
        L60: end,
      },
    })
  const found = diff(bomb({ type: 'string' }), bomb({ type: 'object' }))
  expect(found.map(toLine)).toEqual(['warning response-schema-undecided reply'])
})

test('a snapshot that is nested beyond reason is not judged', () => {
  let schema: JsonSchema = { type: 'string' }
  for (let depth = 0; depth < 20_000; depth += 1) schema = { type: 'array', items: schema }
  const deep = toSnapshot({ operations: [{ reply: schema }] })
  expect(diff(deep, toSnapshot({})).map(toLine)).toEqual(['breaking snapshot-too-deep'])
})
