import type { ExceptionState, JudgedException } from '../plan/rules/exception.ts'
import { toPlainLine } from './plain-text.ts'

/** Gives exceptions as a person reads them: the rule, its last day, its owner, why. */
export function toExceptionsText(name: string, exceptions: readonly JudgedException[]): string {
  if (exceptions.length === 0) return `${name} has no exceptions\n`
  const width = Math.max(...exceptions.map(({ rule }) => rule.length))
  return exceptions
    .map(({ rule, path, reason, owner, until, state, daysLeft }) => {
      const place = path === undefined ? '' : ` (${path})`
      return `${toPlainLine(`${rule.padEnd(width)}  until ${until}, ${STATES[state](daysLeft)}  ${owner}: ${reason}${place}`)}\n`
    })
    .join('')
}

/** Gives exceptions as one line of JSON. */
export function toExceptionsJson(service: string, exceptions: readonly JudgedException[]): string {
  return `${JSON.stringify({ service, exceptions })}\n`
}

const STATES: Readonly<Record<ExceptionState, (daysLeft: number) => string>> = {
  active: (days) => `${days} days left`,
  expiring: (days) => (days === 0 ? 'ends today' : `${days} days left`),
  expired: (days) => `ended ${-days} days ago`,
  'too-long': (days) => `${days} days off: further than the rule allows`,
  'unknown-rule': () => 'there is no such rule',
  unused: (days) => `${days} days left, not needed`,
}
