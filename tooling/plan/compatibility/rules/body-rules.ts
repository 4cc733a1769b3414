import type { OperationFacts, SnapshotOperation } from '../../../../src/convention/snapshot.ts'
import type { Compare } from '../compare-schemas.ts'
import { uncovered } from '../content-types.ts'
import type { PlacedOperation } from '../operation-table.ts'
import { type Finding, type Rules, toFinding } from '../rule.ts'
import { NARROW_FIX } from './fixes.ts'
import { judgeRequestSchema } from './request-schema-rules.ts'

const RULES = {
  'request-body-kind-changed': {
    severity: 'breaking',
    sentence: 'the provider takes another kind of body than callers send',
    fix: NARROW_FIX,
  },
  'request-body-required': {
    severity: 'breaking',
    sentence: 'the provider requires a body that callers may leave out',
    fix: 'keep it optional',
  },
  'request-body-ignored': {
    severity: 'warning',
    sentence: 'the provider no longer reads the body that callers send',
    fix: 'make sure that no caller relies on what it sends',
  },
  'request-body-added': {
    severity: 'info',
    sentence: 'callers may send a body',
    fix: 'nothing to do',
  },
  'request-body-became-optional': {
    severity: 'info',
    sentence: 'callers may leave the body out',
    fix: 'nothing to do',
  },
  'request-content-type-removed': {
    severity: 'breaking',
    sentence: 'the provider refuses a content type that callers may send',
    fix: NARROW_FIX,
  },
  'request-content-type-added': {
    severity: 'info',
    sentence: 'the provider takes a further content type',
    fix: 'nothing to do',
  },
  'request-size-lowered': {
    severity: 'breaking',
    sentence: 'the provider refuses bodies of a size that it took',
    fix: 'keep the limit',
  },
  'request-size-raised': {
    severity: 'info',
    sentence: 'the provider takes larger bodies',
    fix: 'nothing to do',
  },
  'request-unchecked-rule-added': {
    severity: 'warning',
    sentence: 'the provider has a new rule that no schema says; it may refuse what callers send',
    fix: 'make sure that the rule takes everything that callers send today',
  },
} as const satisfies Rules

/** The body that callers send. */
export const BODY_RULES: Rules = RULES

/** Judges the request's body: its kind, its size, its content types and what it holds. */
export function judgeBody(
  old: PlacedOperation,
  now: PlacedOperation,
  compare: Compare,
): readonly Finding[] {
  const [before, after] = [old.operation['x-servicex'], now.operation['x-servicex']]
  const unchecked = judgeUnchecked(old.id, before, after)
  if (before.request === 'none' || after.request === 'none' || before.request !== after.request) {
    return [...judgeKind(old, now), ...unchecked]
  }
  return [
    ...judgeRequired(old, now),
    ...judgeContentTypes(old.id, before, after),
    ...judgeSize(old.id, before, after),
    ...judgeRequestSchema(old.id, 'body', compare(schemaOf(old), schemaOf(now))),
    ...unchecked,
  ]
}

function judgeKind(old: PlacedOperation, now: PlacedOperation): readonly Finding[] {
  const [was, is] = [old.operation['x-servicex'].request, now.operation['x-servicex'].request]
  if (was === is) return []
  const detail = `${was} → ${is}`
  if (is === 'none') return [tell('request-body-ignored', old.id)]
  if (was !== 'none') return [tell('request-body-kind-changed', old.id, detail)]
  return [tell(isRequired(now.operation) ? 'request-body-required' : 'request-body-added', old.id)]
}

function judgeRequired(old: PlacedOperation, now: PlacedOperation): readonly Finding[] {
  const [was, is] = [isRequired(old.operation), isRequired(now.operation)]
  if (was === is) return []
  return [tell(is ? 'request-body-required' : 'request-body-became-optional', old.id)]
}

function judgeContentTypes(
  operation: string,
  before: OperationFacts,
  after: OperationFacts,
): readonly Finding[] {
  const [was, is] = [before.requestTypes ?? [], after.requestTypes ?? []]
  return [
    ...uncovered(was, is).map((type) => tell('request-content-type-removed', operation, type)),
    ...uncovered(is, was).map((type) => tell('request-content-type-added', operation, type)),
  ]
}

function judgeSize(
  operation: string,
  before: OperationFacts,
  after: OperationFacts,
): readonly Finding[] {
  const was = before.requestMaxBytes ?? Number.POSITIVE_INFINITY
  const is = after.requestMaxBytes ?? Number.POSITIVE_INFINITY
  if (was === is) return []
  const detail = `${toBytesText(was)} → ${toBytesText(is)}`
  return [tell(is < was ? 'request-size-lowered' : 'request-size-raised', operation, detail)]
}

function toBytesText(bytes: number): string {
  return Number.isFinite(bytes) ? `${bytes} bytes` : 'no limit'
}

/** Rules of the reply are the provider's own affair. */
function judgeUnchecked(
  operation: string,
  before: OperationFacts,
  after: OperationFacts,
): readonly Finding[] {
  const known = new Set((before.unchecked ?? []).map(({ path, rule }) => `${rule} ${path}`))
  return (after.unchecked ?? [])
    .filter(({ path, rule }) => rule === 'refine' && !/^(?:ok|errors|event)/.test(path))
    .filter(({ path, rule }) => !known.has(`${rule} ${path}`))
    .map(({ path }) => toFinding(RULES, 'request-unchecked-rule-added', { operation, at: path }))
}

function isRequired({ requestBody }: SnapshotOperation): boolean {
  return requestBody?.required === true
}

function schemaOf({ operation }: PlacedOperation): Parameters<Compare>[0] {
  return operation.requestBody?.content['application/json']?.schema ?? true
}

function tell(rule: keyof typeof RULES, operation: string, detail = ''): Finding {
  return toFinding(RULES, rule, { operation, at: 'body', detail })
}
