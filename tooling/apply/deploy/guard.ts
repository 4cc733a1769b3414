/**
 * The guard: while a rollout goes on and for a while after it, what the new pods and those before them say
 * of their requests is read through the API server and compared. It needs no Prometheus. What it cannot
 * read it does not judge, and says so; it never fails a deploy by itself being broken.
 */
import type { GuardLimits } from '../../parse/guard-settings.ts'
import {
  compareRequests,
  type RequestNumbers,
  toDuration,
  toPercent,
} from '../../plan/guard/compare.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import { VERDICTS } from '../../plan/rollout/verdict-code.ts'
import type { DeployContext } from './deploy-context.ts'
import { findGuarded, openTally, type PodTally } from './pod-tally.ts'
import type { RolloutLists } from './rollout-lists.ts'
import type { ExplainedFinding } from './watch-rollouts.ts'

/** What the guard says of one process. */
export interface GuardVerdict {
  readonly deployment: string
  readonly verdict: 'passed' | 'regressed' | 'not-judged'
  /** What is worse, or why nothing is judged. */
  readonly reason?: string
  readonly before?: RequestNumbers
  readonly after?: RequestNumbers
}

/** Looks on while pods are replaced. */
export interface Guard {
  /** Looks once. Gives the verdicts when there is one for each process, or one that ends the rollout. */
  look(lists: RolloutLists, isRolledOut: boolean): Promise<readonly GuardVerdict[] | undefined>
}

/** Between two looks at the pods' counters. */
const SAMPLE_MS = 5_000

/** Opens the guard of Deployments; those that serve no HTTP are left out. */
export function openGuard(
  context: DeployContext,
  deployments: readonly Manifest[],
  limits: GuardLimits,
): Guard {
  const judges = findGuarded(deployments).map((guarded) =>
    openJudge(openTally(context, guarded), limits),
  )
  let sampledMs = Number.NEGATIVE_INFINITY
  let rolledOutMs: number | undefined
  return {
    look: async (lists, isRolledOut) => {
      const nowMs = context.now()
      const isJustDone = isRolledOut && rolledOutMs === undefined
      if (isRolledOut) rolledOutMs ??= nowMs
      const isDue = nowMs - sampledMs >= SAMPLE_MS || isJustDone
      if (isDue) sampledMs = nowMs
      const verdicts = await Promise.all(
        judges.map((judge) => judge({ lists, isDue, nowMs, rolledOutMs })),
      )
      const known = verdicts.filter((verdict) => verdict !== undefined)
      const isDecided = known.length === judges.length && isRolledOut
      if (isDecided || known.some(isRegressed)) return known
      if (isJustDone) context.report({ type: 'step', text: toWaitWords(limits) })
      return undefined
    },
  }
}

function toWaitWords({ windowSeconds }: GuardLimits): string {
  return `all pods are new; how they serve is compared with those before, for at most ${windowSeconds} s`
}

/** Gives why the rollout ends, with the numbers; nothing where no verdict ends it. */
export function toRegressions(verdicts: readonly GuardVerdict[]): readonly ExplainedFinding[] {
  return verdicts.filter(isRegressed).map(({ after, before, deployment, reason = '' }) => ({
    code: 'REGRESSION',
    certainty: 'failed',
    subject: `Deployment ${deployment}`,
    message: reason,
    suggestion: VERDICTS.REGRESSION.suggestion,
    said: [toLine('before', before), toLine('now', after)].filter((line) => line !== ''),
  }))
}

function toLine(when: string, numbers: RequestNumbers | undefined): string {
  if (numbers === undefined) return ''
  const { errorRatio, p95Seconds, requests } = numbers
  const failed = `${toPercent(errorRatio)} failed`
  return `${when.padEnd(6)}  ${requests} requests, ${failed}, p95 ${toDuration(p95Seconds)}`
}

function isRegressed({ verdict }: GuardVerdict): boolean {
  return verdict === 'regressed'
}

interface Look {
  readonly lists: RolloutLists
  /** The counters are read this time. */
  readonly isDue: boolean
  readonly nowMs: number
  /** When all pods were replaced; absent until then. */
  readonly rolledOutMs: number | undefined
}

/** Gives a verdict as soon as there is one; from then on the same. */
function openJudge(
  tally: PodTally,
  limits: GuardLimits,
): (look: Look) => Promise<GuardVerdict | undefined> {
  let verdict: GuardVerdict | undefined
  let wasWorse = false
  return async (look) => {
    if (verdict !== undefined) return verdict
    if (look.isDue) await tally.read(look.lists, look.nowMs)
    const isOver = isWindowOver(tally, look, limits)
    const found = judge(tally, limits)
    if (!isRegressed(found)) wasWorse = wasWorse && !look.isDue
    else if (isOver || (wasWorse && look.isDue)) verdict = found
    else wasWorse = true
    const isSettled = isOver || (look.rolledOutMs !== undefined && isHopeless(tally, limits))
    if (isSettled) verdict ??= found
    return verdict
  }
}

/** The window begins with the first new pod that is judged; it ends at the latest so long after the rollout. */
function isWindowOver(tally: PodTally, look: Look, limits: GuardLimits): boolean {
  if (look.rolledOutMs === undefined) return false
  const windowMs = limits.windowSeconds * 1000
  const sinceMs = tally.afterSinceMs() ?? look.rolledOutMs
  return look.nowMs - Math.min(sinceMs, look.rolledOutMs) >= windowMs
}

/** Nothing that is still to come can make it comparable: the pods before are gone. */
function isHopeless(tally: PodTally, { minRequests }: GuardLimits): boolean {
  return tally.problem() !== undefined || tally.before().requests < minRequests
}

function judge(tally: PodTally, limits: GuardLimits): GuardVerdict {
  const { deployment } = tally
  const problem = tally.problem() ?? tally.silence()
  if (problem !== undefined) return { deployment, verdict: 'not-judged', reason: problem }
  const comparison = compareRequests(tally.before(), tally.after(), limits)
  switch (comparison.kind) {
    case 'too-few':
      return { deployment, verdict: 'not-judged', reason: comparison.reason }
    case 'as-before':
      return { deployment, verdict: 'passed', before: comparison.before, after: comparison.after }
    case 'worse': {
      const { after, before, message } = comparison
      return { deployment, verdict: 'regressed', reason: message, before, after }
    }
  }
}
