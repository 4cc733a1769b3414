import type { Manifest } from '../../plan/manifests/manifest.ts'
import { type Finding, type FirstSeen, toFindingKey } from '../../plan/rollout/finding.ts'
import {
  judgeRollout,
  type RolloutState,
  type RolloutTarget,
} from '../../plan/rollout/judge-rollout.ts'
import { VERDICTS } from '../../plan/rollout/verdict-code.ts'
import type { DeployContext } from './deploy-context.ts'
import { readEvidence } from './evidence.ts'
import { type Guard, toRegressions } from './guard.ts'
import { readLists, type RolloutLists } from './rollout-lists.ts'

/** How watched rollouts ended. */
export type RolloutOutcome =
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed' | 'superseded' | 'timed-out'
      readonly findings: readonly ExplainedFinding[]
    }

/** A finding, with what the container or the pod itself says. */
export interface ExplainedFinding extends Finding {
  readonly said: readonly string[]
}

const POLL_MS = 2_000
const REMINDER_MS = 30_000

/** A worry younger than this passes by itself more often than not, milliseconds. */
const TELL_AFTER_MS = 15_000

/** For how long is watched, and by what besides the cluster's own word. */
export interface WatchLimits {
  readonly timeoutMs: number
  readonly guard?: Guard | undefined
}

/** Watches Deployments, by polling, until all serve what was applied, one certainly cannot, or `timeoutMs` is over. */
export async function watchRollouts(
  context: DeployContext,
  deployments: readonly Manifest[],
  { guard, timeoutMs }: WatchLimits,
): Promise<RolloutOutcome> {
  const { now, report, signal, sleep } = context
  const endMs = now() + timeoutMs
  const rollouts = new Map(deployments.map((one) => [one.metadata.name, openRollout(one)]))
  let toldMs = now()
  for (;;) {
    signal.throwIfAborted()
    const lists = await readLists(context)
    for (const rollout of rollouts.values()) judgeOne(rollout, lists, now())
    if (tell(context, rollouts)) toldMs = now()
    const states = [...rollouts.values()].flatMap(({ state }) =>
      state === undefined ? [] : [state],
    )
    const ended = states.find(({ kind }) => kind === 'failed' || kind === 'superseded')
    if (ended !== undefined) {
      const kind = ended.kind === 'superseded' ? 'superseded' : 'failed'
      return { kind, findings: await explain(context, states) }
    }
    const isRolledOut =
      states.length === rollouts.size && states.every(({ kind }) => kind === 'succeeded')
    const verdicts = guard === undefined ? [] : await guard.look(lists, isRolledOut)
    for (const verdict of verdicts ?? []) report({ type: 'guard', ...verdict })
    const regressions = toRegressions(verdicts ?? [])
    if (regressions.length > 0) return { kind: 'failed', findings: regressions }
    // What serves is not given up because the guard could not look long enough.
    if (isRolledOut && (verdicts !== undefined || now() > endMs)) return { kind: 'succeeded' }
    if (now() > endMs) return { kind: 'timed-out', findings: await explainTimeout(context, states) }
    if (now() - toldMs > REMINDER_MS) {
      report({ type: 'step', text: `still waiting for ${toWaitedFor(rollouts)}` })
      toldMs = now()
    }
    await sleep(POLL_MS)
  }
}

interface Rollout {
  readonly name: string
  readonly target: RolloutTarget
  state?: RolloutState
  firstSeen: FirstSeen
  told: string
  readonly toldFindings: Set<string>
}

interface WorkloadSpec {
  readonly template: {
    readonly spec: {
      readonly containers: readonly { readonly name: string; readonly image: string }[]
    }
  }
}

function openRollout({ metadata, spec }: Manifest): Rollout {
  const [container] = (spec as WorkloadSpec).template.spec.containers
  return {
    name: metadata.name,
    target: { container: container?.name ?? '', image: container?.image ?? '' },
    firstSeen: new Map(),
    told: '',
    toldFindings: new Set(),
  }
}

function judgeOne(rollout: Rollout, { deployments, ...lists }: RolloutLists, nowMs: number): void {
  const deployment = deployments.find(({ metadata }) => metadata.name === rollout.name)
  if (deployment === undefined) return
  const { firstSeen, target } = rollout
  rollout.state = judgeRollout({ deployment, ...lists }, target, { nowMs, firstSeen })
  rollout.firstSeen = rollout.state.firstSeen
}

/** Says what has changed since the last time; whether that was anything. */
function tell({ now, report }: DeployContext, rollouts: ReadonlyMap<string, Rollout>): boolean {
  let isTold = false
  for (const rollout of rollouts.values()) {
    const { state, name, firstSeen, toldFindings } = rollout
    if (state === undefined) continue
    const { desired, updated, ready, old } = state.progress
    const words = [desired, updated, ready, old].join(' ')
    const fresh = state.findings.filter((finding) => {
      const key = toFindingKey(finding)
      const ageMs = now() - (firstSeen.get(key) ?? now())
      const isDue = finding.certainty !== 'worrying' || ageMs >= TELL_AFTER_MS
      return isDue && !toldFindings.has(key)
    })
    for (const finding of fresh) toldFindings.add(toFindingKey(finding))
    if (words === rollout.told && fresh.length === 0) continue
    rollout.told = words
    isTold = true
    report({ type: 'progress', deployment: name, progress: state.progress, findings: fresh })
  }
  return isTold
}

function toWaitedFor(rollouts: ReadonlyMap<string, Rollout>): string {
  const isDone = [...rollouts.values()].every(({ state }) => state?.kind === 'succeeded')
  if (isDone) return 'the guard: the new pods serve, and are compared with those before'
  return [...rollouts.values()]
    .filter(({ state }) => state?.kind !== 'succeeded')
    .map(({ name, state }) => {
      const { ready = 0, desired = 0, updated = 0 } = state?.progress ?? {}
      const worry = state?.findings[0]
      const why = worry === undefined ? '' : ` (${worry.code}: ${worry.message})`
      return `${name}: ${updated} of ${desired} pods are new, ${ready} ready${why}`
    })
    .join('; ')
}

/** The same crash in ten pods is told once. */
async function explain(
  context: DeployContext,
  states: readonly RolloutState[],
): Promise<readonly ExplainedFinding[]> {
  const failed = states.flatMap(({ findings }) =>
    findings.filter(({ certainty }) => certainty === 'failed'),
  )
  const first = new Map(
    failed.map((finding) => [`${finding.code} ${finding.container ?? ''}`, finding]),
  )
  return Promise.all(
    [...first.values()].map(async (finding) => ({
      ...finding,
      said: await readEvidence(context, finding),
    })),
  )
}

/** Nothing is certain: what worried at the end is the best there is to say. */
async function explainTimeout(
  context: DeployContext,
  states: readonly RolloutState[],
): Promise<readonly ExplainedFinding[]> {
  const worries = states.flatMap(({ findings }) => findings)
  const open = states.find(({ kind }) => kind !== 'succeeded')
  const { updated = 0, desired = 0 } = open?.progress ?? {}
  const deadline: ExplainedFinding = {
    code: 'DEADLINE',
    certainty: 'failed',
    subject: context.app,
    message: `not done in time: ${updated} of ${desired} pods are new`,
    suggestion: VERDICTS.DEADLINE.suggestion,
    said: [],
  }
  const explained = await Promise.all(
    worries.map(async (finding) => ({ ...finding, said: await readEvidence(context, finding) })),
  )
  return [...explained, deadline]
}
