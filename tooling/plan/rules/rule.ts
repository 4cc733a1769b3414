import type { RepositoryFacts } from '../../parse/facts/repository-facts.ts'
import type { RuleSeverity } from '../../parse/rule-settings.ts'

/** How much a breach matters: an error fails `kube check`, a warning is told of. */
export type Severity = RuleSeverity

/** One rule of the convention. Each has a file of its own. */
export interface Rule {
  /** A stable name of kebab-case words. */
  readonly id: string
  /** What the rule asks, in one sentence. */
  readonly sentence: string
  /** Why, in one or two sentences. */
  readonly reason: string
  /** The one thing to do, imperative. */
  readonly fix: string
  /** By default, in every environment. A preset or a repository may say another. */
  readonly severity: Severity
  /** By environment, where it differs. */
  readonly severityIn?: Readonly<Record<string, Severity>>
  /** How far off the end of an exception may be, days. */
  readonly maxExceptionDays: number
  /** Only a deploy can say whether it is broken: `check` finds nothing, and its exceptions are never unused. */
  readonly isJudgedByDeploy?: true
  /** Gives every place that breaks the rule. */
  readonly check: (facts: RepositoryFacts) => readonly Breach[]
}

/** A place that breaks a rule. */
export interface Breach {
  /** What is there, with names and values; never a secret's value. */
  readonly what: string
  readonly path?: string
  /** From 1. */
  readonly line?: number
}

/** A breach, and the rule that it breaks. */
export interface FoundBreach extends Breach {
  readonly rule: string
  /** The one thing to do here; the rule's own fix when absent. */
  readonly fix?: string
}
