import { expect, test } from 'vitest'
import { diff } from '../../../tooling/plan/compatibility/diff.ts'
import {
  type CompatibilityReport,
  isBreaking,
  toCompatibilityJson,
  toCompatibilityText,
} from '../../../tooling/report/compatibility.ts'
import { INTEGER, STRING, object } from '../plan/compatibility/golden-pair.ts'
import { type SampleOperation, toSnapshot } from '../plan/compatibility/sample-snapshot.ts'

test('the text names the worst first, each with what to do', () => {
  const text = toCompatibilityText(
    report(
      { reply: object({ total: INTEGER }), facts: { timeoutMs: 500 } },
      { reply: object({ 'note?': STRING }), deprecated: true, facts: { timeoutMs: 500 } },
    ),
  )
  expect(text).toBe(
    [
      'things: 3fa1c2e → 9b2c4d1',
      '  BREAK  getThing, reply .total  (response-property-removed)',
      '         the reply no longer has a property that it always had',
      '         fix: keep sending it, deprecated, until no caller reads it',
      '  warn   getThing  (operation-deprecated)',
      '         the operation is deprecated',
      '         fix: move the callers to what replaces it',
      '  info   getThing, reply .note  (response-property-added)',
      '         the reply has a further property',
      '  1 breaking, 1 to look at, 1 harmless',
      '',
    ].join('\n'),
  )
})

test('nothing found is said as well', () => {
  const same = report({ reply: STRING }, { reply: STRING })
  expect(toCompatibilityText(same)).toContain('nothing changed that callers can see')
  expect(isBreaking(same)).toBe(false)
})

test('the JSON is one line with the findings and a verdict', () => {
  const json = toCompatibilityJson(report({ reply: STRING }, { reply: INTEGER }))
  expect(json.split('\n')).toHaveLength(2)
  expect(JSON.parse(json)).toMatchObject({
    service: 'things',
    compatible: false,
    counts: { breaking: 1, warning: 0, info: 0 },
    findings: [{ rule: 'response-type-changed', detail: 'string → integer', at: 'reply' }],
  })
})

test('names of another service cannot steer the terminal', () => {
  const text = toCompatibilityText(
    report({ reply: object({}) }, { reply: object({ '\u001B[2J\n\u202E': STRING }) }),
  )
  expect(text).not.toContain('\u001B')
  expect(text).not.toContain('\u202E')
  expect(text.split('\n')).toHaveLength(5)
})

function report(before: SampleOperation, after: SampleOperation): CompatibilityReport {
  const [old, now] = [before, after].map((operation) => toSnapshot({ operations: [operation] }))
  return { service: 'things', before: '3fa1c2e', after: '9b2c4d1', findings: diff(old!, now!) }
}
