import type { Finding } from '../../../../tooling/plan/compatibility/rule.ts'
import { OPERATION_PAIRS } from './golden-operations.ts'
import type { GoldenPair } from './golden-pair.ts'
import { PROMISE_PAIRS } from './golden-promises.ts'
import { REPLY_PAIRS } from './golden-replies.ts'
import { REQUEST_OBJECT_PAIRS } from './golden-request-objects.ts'
import { REQUEST_PAIRS } from './golden-requests.ts'

/** Every pair, with the verdict on it. */
export const GOLDEN_PAIRS: readonly GoldenPair[] = [
  ...OPERATION_PAIRS,
  ...PROMISE_PAIRS,
  ...[...REQUEST_PAIRS, ...REQUEST_OBJECT_PAIRS].map((pair) => ({
    ...pair,
    title: `body: ${pair.title}`,
  })),
  ...REPLY_PAIRS.map((pair) => ({ ...pair, title: `reply: ${pair.title}` })),
]

/** Gives a finding as pairs have it. */
export function toLine({ severity, rule, operation, at }: Finding): string {
  const other = operation === undefined || operation === 'getThing' ? '' : `of ${operation}`
  return [severity, rule, other, at].filter((part) => part !== '').join(' ')
}
