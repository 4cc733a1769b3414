import type { JudgedException } from '../rules/exception.ts'
import type { Finding, Judgement } from '../rules/judge.ts'

/** What a judgement comes to in a deploy or a build, a line each. */
export interface ConventionLines {
  /** What is permitted for now, by whom. */
  readonly exceptions: readonly string[]
  readonly warnings: readonly string[]
  /** What stops it. */
  readonly findings: readonly string[]
}

/** So many places of one rule are told, then how many more there are. */
const MAX_PLACES = 5

/** Gives the lines of a judgement. What an exception permits is told with the exception alone. */
export function toConventionLines({ exceptions, findings }: Judgement): ConventionLines {
  const own = findings.filter(({ exception }) => exception === undefined)
  return {
    exceptions: exceptions.filter(isInForce).map(toExceptionLine),
    warnings: toLines(own.filter(({ severity }) => severity === 'warning')),
    findings: toLines(own.filter(({ severity }) => severity === 'error')),
  }
}

function isInForce({ state }: JudgedException): boolean {
  return state === 'active' || state === 'expiring'
}

function toExceptionLine({ rule, path, until, daysLeft, owner, reason }: JudgedException): string {
  const place = path === undefined ? '' : ` (${path})`
  const left = daysLeft === 0 ? 'ends today' : `${daysLeft} days left`
  return `exception ${rule}${place} until ${until}, ${left} — ${owner}: ${reason}`
}

function toLines(findings: readonly Finding[]): readonly string[] {
  return [...Map.groupBy(findings, ({ rule }) => rule).values()].flatMap((places) => {
    const more = places.length - MAX_PLACES
    const rest = more > 0 ? [`${places[0]?.rule}  and ${more} more: kube check lists them`] : []
    return [...places.slice(0, MAX_PLACES).map(toLine), ...rest]
  })
}

function toLine({ rule, path, line, what, fix }: Finding): string {
  const place = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}  `
  return `${rule}  ${place}${what} — fix: ${fix}`
}
