import { expect, test } from 'vitest'
import type { RepositoryFacts } from '../../../tooling/parse/facts/repository-facts.ts'
import type { ExceptionSettings } from '../../../tooling/parse/rule-settings.ts'
import { judgeException } from '../../../tooling/plan/rules/exception.ts'
import { judge, type Law } from '../../../tooling/plan/rules/judge.ts'
import type { Rule } from '../../../tooling/plan/rules/rule.ts'

const RULE: Rule = {
  id: 'no-tabs',
  sentence: 'No tabs.',
  reason: 'So.',
  fix: 'use spaces',
  severity: 'error',
  severityIn: { sandbox: 'off' },
  maxExceptionDays: 60,
  check: () => [
    { what: 'a tab', path: 'src/a.ts', line: 3 },
    { what: 'a tab', path: 'old/b.ts' },
  ],
}
const EXCEPTION: ExceptionSettings = {
  rule: 'no-tabs',
  reason: 'the old code goes in March',
  owner: 'ann',
  until: '2026-12-31',
}

function on(day: string): number {
  return Date.parse(day) / 1000
}

function judged(
  exceptions: readonly ExceptionSettings[],
  day = '2026-12-01T12:00:00Z',
  law: Partial<Law> = {},
): ReturnType<typeof judge> {
  const facts = { settings: { exceptions }, nowSeconds: on(day) } as unknown as RepositoryFacts
  return judge(facts, { rules: [RULE], ...law })
}

test.for([
  ['2026-11-15T00:00:00Z', 'active', 46],
  ['2026-12-16T23:59:59Z', 'active', 15],
  ['2026-12-17T00:00:00Z', 'expiring', 14],
  ['2026-12-31T23:59:59Z', 'expiring', 0],
  ['2027-01-01T00:00:00Z', 'expired', -1],
  ['2026-11-01T00:00:00Z', 'active', 60],
  ['2026-10-31T23:59:59Z', 'too-long', 61],
] as const)(
  'on %s the exception until 2026-12-31 is %s, with %i days left',
  ([day, state, daysLeft]) => {
    expect(judgeException(EXCEPTION, [RULE], on(day))).toMatchObject({ state, daysLeft })
  },
)

test('while it holds, what it permits is a warning that says who permits it, why and until when', () => {
  const { errors, warnings, findings } = judged([EXCEPTION])
  expect({ errors, warnings }).toEqual({ errors: 0, warnings: 2 })
  expect(findings[0]?.exception).toMatchObject({ owner: 'ann', until: '2026-12-31' })
})

test('one for a folder permits what is below it and nothing else', () => {
  const { errors, findings } = judged([{ ...EXCEPTION, path: 'old' }])
  expect(errors).toBe(1)
  expect(findings.map(({ path, severity }) => [path, severity])).toEqual([
    ['src/a.ts', 'error'],
    ['old/b.ts', 'warning'],
  ])
})

test('the day after its last day its breaches are errors, and its owner is named', () => {
  const { errors, findings } = judged([EXCEPTION], '2027-01-01T00:00:00Z')
  expect(errors).toBe(3)
  expect(findings.at(-1)).toMatchObject({
    what: 'the exception of ann ended on 2026-12-31',
    fix: 'follow the rule now; ask ann why it was needed',
  })
})

test('within 14 days of its end it is warned of', () => {
  const { errors, findings } = judged([EXCEPTION], '2026-12-20T00:00:00Z')
  expect(errors).toBe(0)
  expect(findings.at(-1)?.what).toBe('the exception of ann ends in 11 days (2026-12-31)')
})

test('one that holds longer than its rule allows permits nothing', () => {
  const { errors, findings } = judged([{ ...EXCEPTION, until: '2027-12-31' }])
  expect(errors).toBe(3)
  expect(findings.at(-1)?.what).toContain('would hold until 2027-12-31')
})

test('one of no rule is an error, one that nothing needs a warning', () => {
  const unknown = judged([{ ...EXCEPTION, rule: 'no-tbas' }])
  expect(unknown.findings.at(-1)).toMatchObject({
    severity: 'error',
    what: 'there is no rule no-tbas',
  })
  const idle = { ...RULE, check: () => [] }
  const unused = judged([EXCEPTION], undefined, { rules: [idle] })
  expect(unused).toMatchObject({ errors: 0, warnings: 1, exceptions: [{ state: 'unused' }] })
})

test('a severity of no rule is an error', () => {
  const { findings } = judged([], undefined, { severities: [{}, { 'no-tbas': 'error' }] })
  expect(findings.at(-1)).toMatchObject({ severity: 'error', what: 'rules.no-tbas is no rule' })
})

test.for([
  ['the default, without an environment the strictest', {}, 'error'],
  ['the environment', { environment: 'sandbox' }, undefined],
  ['the preset', { severities: [{ 'no-tabs': 'warning' }] }, 'warning'],
  [
    'the preset over the environment',
    { environment: 'sandbox', severities: [{ 'no-tabs': 'error' }] },
    'error',
  ],
  [
    'the repository, where it is stricter',
    { severities: [{ 'no-tabs': 'warning' }, { 'no-tabs': 'error' }] },
    'error',
  ],
  ['not the repository, where it is weaker', { severities: [{}, { 'no-tabs': 'off' }] }, 'error'],
] as const)('the severity is said by %s', ([, law, severity]) => {
  expect(judged([], undefined, law as Partial<Law>).findings[0]?.severity).toBe(severity)
})
