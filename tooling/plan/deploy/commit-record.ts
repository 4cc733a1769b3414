import type { Snapshot } from '../../../src/convention/snapshot.ts'
import type { OverrideFile } from '../../parse/overrides.ts'
import type { ExceptionSettings, RuleSeverity } from '../../parse/rule-settings.ts'
import type { FoundBreach } from '../rules/rule.ts'

/** The version of the record's shape; it grows with every change that an older reader would misread. */
export const RECORD_VERSION = 1

/**
 * What a commit says of its deploy beside the description: `kube build` puts it into the image, so that
 * a deploy of an older commit has that commit's overrides, clients and exceptions. It depends on the
 * commit alone, not on the day of the build.
 */
export interface CommitRecord {
  readonly version: typeof RECORD_VERSION
  /** The files of `kube/`, of every environment. */
  readonly overrides: readonly OverrideFile[]
  /** The services that it calls. */
  readonly clients: readonly ConsumedService[]
  readonly convention: ConventionRecord
}

/** A service that an app calls, and what it expects of it. */
export interface ConsumedService {
  readonly service: string
  readonly namespace: string
  /** The commit or version that its client was made from. */
  readonly revision?: string
  /** The operations that are called; all when absent. */
  readonly operations?: readonly string[]
  /** What its client was made from; absent where there is no generated client. */
  readonly snapshot?: Snapshot
}

/** How a commit stands to the rules of the convention. */
export interface ConventionRecord {
  /** Severities by rule: those of the company's preset, then the repository's own. */
  readonly severities: readonly Readonly<Record<string, RuleSeverity>>[]
  readonly exceptions: readonly ExceptionSettings[]
  /** Rules that look at the calendar did so on the day of the commit. */
  readonly breaches: readonly FoundBreach[]
}
