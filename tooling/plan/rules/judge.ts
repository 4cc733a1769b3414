import type { RepositoryFacts } from '../../parse/facts/repository-facts.ts'
import type { ExceptionSettings } from '../../parse/rule-settings.ts'
import { judgeException, type JudgedException } from './exception.ts'
import type { Breach, FoundBreach, Rule, Severity } from './rule.ts'

/** A breach of a rule, and what it comes to. */
export interface Finding extends Breach {
  readonly rule: string
  readonly sentence: string
  readonly severity: 'error' | 'warning'
  readonly fix: string
  /** The exception that permits it for now. */
  readonly exception?: JudgedException
}

/** What the rules say of a repository. */
export interface Judgement {
  readonly environment?: string
  readonly findings: readonly Finding[]
  readonly exceptions: readonly JudgedException[]
  /** Findings that fail `kube check`. */
  readonly errors: number
  readonly warnings: number
}

/** What a judgement is made by. */
export interface Law {
  readonly rules: readonly Rule[]
  /** Severities of the company's preset and of the repository, by rule; the strictest counts. */
  readonly severities?: readonly Readonly<Record<string, Severity>>[]
  /** The environment it is judged for; without one, the strictest of all. */
  readonly environment?: string
  /** Without an environment, the mildest of all counts: what is an error then can be deployed nowhere. */
  readonly isMildest?: boolean
}

/** What is judged: the places that break a rule, and what permits them. */
export interface Case {
  readonly breaches: readonly FoundBreach[]
  readonly exceptions: readonly ExceptionSettings[]
  readonly nowSeconds: number
}

/** Judges a repository by every rule. */
export function judge(facts: RepositoryFacts, law: Law): Judgement {
  const { settings, nowSeconds } = facts
  const breaches = findBreaches(facts, law.rules)
  return judgeBreaches({ breaches, exceptions: settings.exceptions ?? [], nowSeconds }, law)
}

/** Gives every place of a repository that breaks a rule, whatever its severity. */
export function findBreaches(
  facts: RepositoryFacts,
  rules: readonly Rule[],
): readonly FoundBreach[] {
  return rules.flatMap((rule) => rule.check(facts).map((breach) => ({ rule: rule.id, ...breach })))
}

/** Judges what was found. An exception turns the errors of its rule into warnings, while it holds. */
export function judgeBreaches(
  { breaches, exceptions: settings, nowSeconds }: Case,
  law: Law,
): Judgement {
  const exceptions = settings.map((one) => judgeException(one, law.rules, nowSeconds))
  const used = new Set<JudgedException>()
  const found = breaches.flatMap((breach) => {
    const rule = law.rules.find(({ id }) => id === breach.rule)
    if (rule === undefined) return [unknownRule(breach)]
    const severity = severityOf(rule, law)
    if (severity === 'off') return []
    const exception = exceptions.find((candidate) => permits(candidate, rule, breach))
    if (exception !== undefined) used.add(exception)
    return [toFinding(rule, breach, { severity, exception })]
  })
  // Whether a deploy still needs one is seen by deploys alone, and not by each.
  const isUnused = (exception: JudgedException): boolean =>
    isHolding(exception) &&
    !used.has(exception) &&
    law.rules.find(({ id }) => id === exception.rule)?.isJudgedByDeploy !== true
  const judged = exceptions.map((one): JudgedException =>
    isUnused(one) ? { ...one, state: 'unused' } : one,
  )
  const findings = [...found, ...judged.flatMap(exceptionFinding), ...unknownSeverities(law)]
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return {
    ...(law.environment === undefined ? {} : { environment: law.environment }),
    findings,
    exceptions: judged,
    errors,
    warnings: findings.length - errors,
  }
}

/** A newer kube has built it: what it found is told, as far as this one can. */
function unknownRule(breach: FoundBreach): Finding {
  return {
    fix: 'update servicex; kube explain says what the rule asks',
    ...breach,
    sentence: 'A rule of a newer kube.',
    severity: 'warning',
  }
}

/** A severity of no rule would do nothing, and nobody would know. */
function unknownSeverities({ rules, severities = [] }: Law): readonly Finding[] {
  const names = new Set(severities.flatMap((layer) => Object.keys(layer)))
  return [...names]
    .filter((name) => !rules.some(({ id }) => id === name))
    .map((name) => ({
      rule: name,
      sentence: 'Severities are those of rules.',
      severity: 'error' as const,
      what: `rules.${name} is no rule`,
      fix: 'name a rule that kube check --list shows',
      path: 'package.json',
    }))
}

const STRICTNESS: readonly Severity[] = ['off', 'warning', 'error']

/** A preset may set a rule as it likes; a repository may only be stricter: for anything else there are exceptions. */
function severityOf(rule: Rule, law: Law): Severity {
  const [preset = {}, ...stricter] = law.severities ?? []
  const base = preset[rule.id] ?? defaultSeverity(rule, law)
  return stricter
    .map((own) => own[rule.id] ?? 'off')
    .reduce((a, b) => (STRICTNESS.indexOf(a) >= STRICTNESS.indexOf(b) ? a : b), base)
}

function defaultSeverity(
  { severity, severityIn = {} }: Rule,
  { environment, isMildest = false }: Law,
): Severity {
  if (environment !== undefined) return severityIn[environment] ?? severity
  const all = [severity, ...Object.values(severityIn)]
  const levels = STRICTNESS.filter((level) => all.includes(level))
  return (isMildest ? levels[0] : levels.at(-1)) ?? severity
}

function isHolding({ state }: JudgedException): boolean {
  return state === 'active' || state === 'expiring'
}

/** An exception for a path permits what is in that file, or below that folder. */
function permits(exception: JudgedException, rule: Rule, { path = '' }: Breach): boolean {
  if (exception.rule !== rule.id || !isHolding(exception)) return false
  return (
    exception.path === undefined || path === exception.path || path.startsWith(`${exception.path}/`)
  )
}

function toFinding(
  { id, sentence, fix }: Rule,
  breach: FoundBreach,
  by: { readonly severity: 'error' | 'warning'; readonly exception: JudgedException | undefined },
): Finding {
  const { severity, exception } = by
  return {
    sentence,
    fix,
    ...breach,
    rule: id,
    severity: exception === undefined ? severity : 'warning',
    ...(exception === undefined ? {} : { exception }),
  }
}

/** What is wrong with an exception itself. */
function exceptionFinding(exception: JudgedException): readonly Finding[] {
  const { rule, owner, until, daysLeft, state } = exception
  const found = (what: string, severity: Finding['severity'], fix: string): readonly Finding[] => [
    { rule, sentence: SENTENCE, what, severity, fix, path: 'package.json' },
  ]
  switch (state) {
    case 'active':
      return []
    case 'expiring':
      return found(
        `the exception of ${owner} ends ${daysLeft === 0 ? 'today' : `in ${daysLeft} days`} (${until})`,
        'warning',
        'follow the rule by then',
      )
    case 'expired':
      return found(
        `the exception of ${owner} ended on ${until}`,
        'error',
        `follow the rule now; ask ${owner} why it was needed`,
      )
    case 'too-long':
      return found(
        `the exception of ${owner} would hold until ${until}, in ${daysLeft} days`,
        'error',
        'choose an earlier day: kube explain says how far off it may be',
      )
    case 'unknown-rule':
      return found(`there is no rule ${rule}`, 'error', 'name a rule that kube check --list shows')
    case 'unused':
      return found(
        `the rule is followed again: the exception of ${owner} is not needed`,
        'warning',
        'delete the exception',
      )
  }
}

const SENTENCE = 'Exceptions are dated, owned, and end.'
