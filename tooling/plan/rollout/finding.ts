import type { VerdictCode } from './verdict-code.ts'

/** How sure a finding is: it ends the rollout, it will if it lasts, or it passes by itself. */
export type Certainty = 'failed' | 'worrying' | 'waiting'

/** One thing that keeps a rollout from ending. */
export interface Finding {
  readonly code: VerdictCode
  readonly certainty: Certainty
  /** What it is about: `pod web-7c9d-x2k1`, `ReplicaSet web-7c9d`. */
  readonly subject: string
  /** What happened, in one line. */
  readonly message: string
  /** The one thing to do. */
  readonly suggestion: string
  readonly pod?: string
  readonly container?: string
  /** What to fetch for the report. */
  readonly evidence?: 'previous-log' | 'log' | 'readiness'
}

/** When each finding was first seen, by `toFindingKey`, milliseconds. */
export type FirstSeen = ReadonlyMap<string, number>

/** Gives what makes two findings of two moments the same one. */
export function toFindingKey({ code, subject, container }: Finding): string {
  return [code, subject, container ?? ''].join(' ')
}
