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

/** The exceptions of every app in one environment. */
export interface EnvironmentExceptions {
  readonly environment: string
  readonly apps: readonly {
    readonly app: string
    readonly revision: string
    readonly exceptions: readonly JudgedException[]
  }[]
  /** Namespaces that may not be read; absent when not even their names may. */
  readonly unread: readonly string[] | undefined
}

/** Gives the exceptions of every app in some environments as a person reads them. */
export function toAllExceptionsText(environments: readonly EnvironmentExceptions[]): string {
  return environments
    .map(({ environment, apps, unread }) => {
      const listed = apps.map(({ app, revision, exceptions }) => {
        const rows = toExceptionsText(app, exceptions).replaceAll(/^(?=.)/gm, '  ')
        return `${toPlainLine(`${environment}  ${app} ${revision.slice(0, 12)}`)}\n${rows}`
      })
      const none = apps.length === 0 ? [`${environment}  no exceptions are recorded\n`] : []
      return [...listed, ...none, ...toUnread(environment, unread)].join('')
    })
    .join('')
}

function toUnread(environment: string, unread: readonly string[] | undefined): readonly string[] {
  if (unread === undefined)
    return [`${environment}  other namespaces were not read: these credentials may not list them\n`]
  return unread.map(
    (name) => `${environment}  ${toPlainLine(name)} was not read: these credentials may not\n`,
  )
}

/** Gives the same as one line of JSON; `unread` is null when not even the names of namespaces may be read. */
export function toAllExceptionsJson(environments: readonly EnvironmentExceptions[]): string {
  const all = environments.map(({ unread = null, ...rest }) => ({ ...rest, unread }))
  return `${JSON.stringify({ environments: all })}\n`
}
