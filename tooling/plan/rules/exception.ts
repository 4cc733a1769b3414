import type { ExceptionSettings } from '../../parse/rule-settings.ts'
import type { Rule } from './rule.ts'

/** How long before its end an exception is warned of, days. */
const WARNING_DAYS = 14

const DAY_MS = 86_400_000

/** What an exception comes to today. */
export type ExceptionState =
  /** It holds. */
  | 'active'
  /** It holds, and ends within `WARNING_DAYS`. */
  | 'expiring'
  /** Its last day has passed. */
  | 'expired'
  /** Its end is further off than the rule allows. */
  | 'too-long'
  /** There is no rule of this name. */
  | 'unknown-rule'
  /** The rule is not broken any more. */
  | 'unused'

/** An exception, and what it comes to. */
export interface JudgedException extends ExceptionSettings {
  readonly state: ExceptionState
  /** Until the end of its last day; negative after it. */
  readonly daysLeft: number
}

/**
 * Judges an exception by the calendar, in UTC: `until` is the last day it holds. Whether it is used
 * is not asked here.
 */
export function judgeException(
  exception: ExceptionSettings,
  rules: readonly Rule[],
  nowSeconds: number,
): JudgedException {
  const today = Math.floor((nowSeconds * 1000) / DAY_MS)
  const daysLeft = Math.floor(Date.parse(exception.until) / DAY_MS) - today
  const rule = rules.find(({ id }) => id === exception.rule)
  return { ...exception, daysLeft, state: stateOf(rule, daysLeft) }
}

function stateOf(rule: Rule | undefined, daysLeft: number): ExceptionState {
  if (rule === undefined) return 'unknown-rule'
  if (daysLeft < 0) return 'expired'
  if (daysLeft > rule.maxExceptionDays) return 'too-long'
  return daysLeft <= WARNING_DAYS ? 'expiring' : 'active'
}
