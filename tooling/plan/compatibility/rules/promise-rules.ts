import type { OperationFacts } from '../../../../src/convention/snapshot.ts'
import type { PlacedOperation } from '../operation-table.ts'
import { type Finding, type Rules, toFinding } from '../rule.ts'
import type { OperationUse } from '../used-operations.ts'

/** How long a call may take when its contract does not say. Source: the client's default deadline. */
const DEFAULT_TIMEOUT_MS = 5000

const RULES = {
  'idempotency-lost': {
    severity: 'breaking',
    sentence:
      'the operation may no longer be repeated in the way callers repeat it; work would be done twice',
    fix: 'keep recognising repetitions',
  },
  'idempotency-gained': {
    severity: 'info',
    sentence: 'the operation may be repeated',
    fix: 'nothing to do',
  },
  'timeout-lowered': {
    severity: 'breaking',
    sentence: 'the provider gives calls less time than callers count on',
    fix: 'keep the timeout',
  },
  'timeout-raised': {
    severity: 'info',
    sentence: 'the provider takes more time',
    fix: 'nothing to do',
  },
  'timeout-above-deadline': {
    severity: 'warning',
    sentence: 'the provider may take longer than a caller waits',
    fix: 'give the caller a longer deadline first',
  },
} as const satisfies Rules

/** What an operation promises beyond its data: whether it may be repeated, and how long it takes. */
export const PROMISE_RULES: Rules = RULES

/** Judges idempotency and timeout. */
export function judgePromises(
  old: PlacedOperation,
  now: PlacedOperation,
  use: OperationUse,
): readonly Finding[] {
  const [before, after] = [old.operation['x-servicex'], now.operation['x-servicex']]
  return [
    ...judgeIdempotency(old.id, before.idempotency, after.idempotency),
    ...judgeTimeout([before, after], use),
  ]
}

type Idempotency = OperationFacts['idempotency']

/** Repeating is the same with `safe` and with `idempotent`. */
const RANK: Readonly<Record<Idempotency, number>> = { none: 0, key: 1, idempotent: 2, safe: 2 }

function judgeIdempotency(
  operation: string,
  was: Idempotency,
  is: Idempotency,
): readonly Finding[] {
  if (RANK[was] === RANK[is]) return []
  const rule = RANK[is] < RANK[was] ? 'idempotency-lost' : 'idempotency-gained'
  return [toFinding(RULES, rule, { operation, detail: `${was} → ${is}` })]
}

function judgeTimeout(
  [before, after]: readonly [OperationFacts, OperationFacts],
  { operation, deadlineMs }: OperationUse,
): readonly Finding[] {
  const was = before.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const is = after.timeoutMs ?? DEFAULT_TIMEOUT_MS
  if (was === is) return []
  const detail = `${was} ms → ${is} ms`
  if (is < was) return [toFinding(RULES, 'timeout-lowered', { operation, detail })]
  if (deadlineMs === undefined || is <= deadlineMs || was > deadlineMs) {
    return [toFinding(RULES, 'timeout-raised', { operation, detail })]
  }
  const waits = `${detail}; the caller waits ${deadlineMs} ms`
  return [toFinding(RULES, 'timeout-above-deadline', { operation, detail: waits })]
}
