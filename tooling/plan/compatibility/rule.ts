/**
 * How bad a change is for those who call the operation: `breaking` fails calls that work today,
 * `warning` may, or changes what they mean; `info` harms nobody.
 */
export type Severity = 'breaking' | 'warning' | 'info'

/** What one kind of change means; the id is stable. */
export interface Rule {
  readonly severity: Severity
  /** What changed, in one sentence, to those who call the operation. */
  readonly sentence: string
  /** The one thing to do, imperative, to those who change it. */
  readonly fix: string
}

/** The rules of one family, by id. */
export type Rules = Readonly<Record<string, Rule>>

/** One change between two snapshots, judged. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string
  readonly severity: Severity
  /** `undefined` when it concerns the service as a whole. */
  readonly operation: string | undefined
  /** Where in the operation: `reply 200 .items[].total`; empty for the whole. */
  readonly at: string
  readonly sentence: string
  /** The two sides in words: `string → number`; empty when the sentence says it all. */
  readonly detail: string
  readonly fix: string
}

/** Where a finding is, and what stands there. */
export interface Place {
  readonly operation: string | undefined
  readonly at?: string
  readonly detail?: string
}

/** Gives the finding of one of `rules` at a place. */
export function toFinding<Family extends Rules>(
  rules: Family,
  rule: keyof Family & string,
  { operation, at = '', detail = '' }: Place,
): Finding {
  const { severity, sentence, fix } = rules[rule] as Rule
  return { rule, severity, operation, at, sentence, detail, fix }
}
