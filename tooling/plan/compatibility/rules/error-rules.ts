import type { SnapshotError } from '../../../../src/convention/snapshot.ts'
import type { Compare } from '../compare-schemas.ts'
import type { PlacedOperation } from '../operation-table.ts'
import { type Finding, type Rules, toFinding } from '../rule.ts'
import type { OperationUse } from '../used-operations.ts'
import { judgeResponseSchema } from './response-schema-rules.ts'

const RULES = {
  'error-removed': {
    severity: 'breaking',
    sentence:
      'an error that callers tell apart is gone; what it stood for reaches them as something else',
    fix: 'keep replying with the old code in the same case',
  },
  'error-added': {
    severity: 'warning',
    sentence: 'there is a new error; deployed callers see it as "undeclared"',
    fix: 'make sure that callers treat an error they do not know as a failure',
  },
  'error-added-unhandled': {
    severity: 'breaking',
    sentence: 'there is a new error, and a caller has no branch for errors it does not know',
    fix: 'give the caller a default branch, and deploy it first',
  },
  'error-status-class-changed': {
    severity: 'breaking',
    sentence:
      'an error moved between "the caller is wrong" and "the provider failed"; who retries changes',
    fix: 'keep the status within 4xx or 5xx',
  },
  'error-status-changed': {
    severity: 'warning',
    sentence:
      'an error has another status; callers who look at the status instead of the code see the difference',
    fix: 'keep the status',
  },
  'error-data-removed': {
    severity: 'breaking',
    sentence: 'an error no longer carries the data that callers read',
    fix: 'keep sending the data',
  },
  'error-data-added': {
    severity: 'info',
    sentence: 'an error carries data',
    fix: 'nothing to do',
  },
} as const satisfies Rules

/** The errors that an operation declares. */
export const ERROR_RULES: Rules = RULES

/** One operation of both snapshots, and how it is used. */
export interface ErrorPair {
  readonly old: PlacedOperation
  readonly now: PlacedOperation
  readonly use: OperationUse
}

/** Judges the declared errors: their codes, statuses and data. */
export function judgeErrors({ old, now, use }: ErrorPair, compare: Compare): readonly Finding[] {
  const before = old.operation['x-servicex'].errors
  const after = now.operation['x-servicex'].errors
  const added = use.handlesUnknownErrors === false ? 'error-added-unhandled' : 'error-added'
  const come = Object.keys(after).filter((code) => !Object.hasOwn(before, code))
  return [
    ...come.map((code) => tell(added, old.id, { code })),
    ...Object.entries(before).flatMap(([code, error]) => {
      const counterpart = Object.hasOwn(after, code) ? after[code] : undefined
      if (counterpart === undefined) return [tell('error-removed', old.id, { code })]
      return [
        ...judgeStatus(old.id, code, [error, counterpart]),
        ...judgeData({ operation: old.id, code, pair: [error, counterpart] }, compare),
      ]
    }),
  ]
}

function judgeStatus(
  operation: string,
  code: string,
  [old, now]: readonly [SnapshotError, SnapshotError],
): readonly Finding[] {
  if (old.status === now.status) return []
  const isSameClass = Math.floor(old.status / 100) === Math.floor(now.status / 100)
  const rule = isSameClass ? 'error-status-changed' : 'error-status-class-changed'
  return [tell(rule, operation, { code, detail: `${old.status} → ${now.status}` })]
}

interface DataPair {
  readonly operation: string
  readonly code: string
  readonly pair: readonly [SnapshotError, SnapshotError]
}

function judgeData(
  { operation, code, pair: [old, now] }: DataPair,
  compare: Compare,
): readonly Finding[] {
  if (old.data === undefined) {
    return now.data === undefined ? [] : [tell('error-data-added', operation, { code })]
  }
  if (now.data === undefined) return [tell('error-data-removed', operation, { code })]
  return judgeResponseSchema(operation, `error ${code}`, compare(old.data, now.data))
}

function tell(
  rule: keyof typeof RULES,
  operation: string,
  { code, detail = '' }: { readonly code: string; readonly detail?: string },
): Finding {
  return toFinding(RULES, rule, { operation, at: `error ${code}`, detail })
}
