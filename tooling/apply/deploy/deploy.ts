/**
 * A deploy, from the lock to the record. Everything before (target, image, pre-flight) changes nothing;
 * from here on each step can be repeated: a deploy that is killed at any point is finished by the next.
 */
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { GuardLimits } from '../../parse/guard-settings.ts'
import { planPrune, toInventory } from '../../plan/deploy/prune.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import { toEndingClient } from '../cluster/ending-client.ts'
import { type Announcement, announce } from '../announce/announce.ts'
import { annotateWorkloads } from './annotate-workloads.ts'
import { applyObjects } from './apply-objects.ts'
import type { DeployContext, DeployPlan } from './deploy-context.ts'
import { openGuard } from './guard.ts'
import { type HistoryEntry, packManifests, readHistory, writeHistory } from './history.ts'
import { prune, readInventory, writeInventory } from './inventory.ts'
import { acquireLock } from './lock.ts'
import type { DeployOutcome, DeployResult } from './reporter.ts'
import { rollBack } from './roll-back.ts'
import { toRolloutError } from './rollout-error.ts'
import { runRelease } from './run-release.ts'
import { type ExplainedFinding, watchRollouts } from './watch-rollouts.ts'

/** How a deploy is done. */
export interface DeployOptions {
  /** How long the rollout may take, milliseconds. */
  readonly timeoutMs: number
  /** How long another deploy is waited for, milliseconds. */
  readonly lockPatienceMs: number
  /** Restore what served before when the rollout fails. */
  readonly isRollingBack: boolean
  /** Delete even many objects that are planned no more. */
  readonly isPruneAllowed: boolean
  readonly who: string
  readonly ciUrl?: string
  /** Who is told of its end; nobody when absent. */
  readonly announcement?: Announcement
  /** What the new pods may be worse by; absent where that is not looked at. */
  readonly guard?: GuardLimits | undefined
}

/** What pods are made from: everything else is applied before the release step. */
const WORKLOADS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'HorizontalPodAutoscaler',
])

/**
 * Deploys a plan that passed its pre-flight. Resolves when the new pods serve. Rejects with
 * SERVICEX_ROLLED_BACK, SERVICEX_ROLLOUT_FAILED, SERVICEX_ROLLOUT_TIMED_OUT, SERVICEX_DEPLOY_SUPERSEDED or
 * SERVICEX_DEPLOY_LOCKED; what happened until then has been reported and recorded.
 */
export async function deploy(
  context: DeployContext,
  plan: DeployPlan,
  options: DeployOptions,
): Promise<DeployResult> {
  const startedMs = context.now()
  await applyObjects(context, plan.manifests.filter(isNamespace))
  context.report({ type: 'phase', title: 'Lock' })
  const lock = await acquireLock(context, {
    revision: plan.revision,
    committedAtSeconds: plan.committedAtSeconds,
    who: options.who,
    patienceMs: options.lockPatienceMs,
  })
  const signal = AbortSignal.any([context.signal, lock.lost])
  const deploying = { plan, options, startedMs }
  try {
    return await deployLocked({ ...context, signal }, deploying)
  } catch (error) {
    if (context.signal.aborted) await recordInterruption(context, deploying)
    throw error
  } finally {
    await lock.release()
  }
}

interface Deploying {
  readonly plan: DeployPlan
  readonly options: DeployOptions
  readonly startedMs: number
}

async function deployLocked(context: DeployContext, deploying: Deploying): Promise<DeployResult> {
  const { plan, options } = deploying
  const { report } = context
  const history = await readHistory(context)
  const inventory = await readInventory(context)
  const pruning = planPrune(inventory, plan.manifests)
  assertPrunable(pruning.concern, options)
  report({ type: 'phase', title: 'Apply' })
  for (const { kind, name } of pruning.kept)
    report({
      type: 'warning',
      text: `${kind}/${name} is planned no more; it is never deleted by a deploy`,
    })
  await writeInventory(context, [...inventory, ...toInventory(plan.manifests)])
  await applyObjects(
    context,
    plan.manifests.filter((one) => !isWorkload(one) && !isNamespace(one)),
  )
  if (plan.release !== undefined) {
    report({ type: 'phase', title: 'Release' })
    const failed = await runRelease(context, plan.release)
    if (failed !== undefined) return fail(context, { ...deploying, history, findings: [failed] })
    report({ type: 'phase', title: 'Roll' })
  }
  await applyObjects(context, plan.manifests.filter(isWorkload))
  report({ type: 'phase', title: 'Watch' })
  const deployments = plan.manifests.filter(({ kind }) => kind === 'Deployment')
  const { guard, timeoutMs } = options
  const outcome = await watchRollouts(context, deployments, {
    timeoutMs,
    guard: guard === undefined ? undefined : openGuard(context, deployments, guard),
  })
  if (outcome.kind !== 'succeeded')
    return fail(context, { ...deploying, history, findings: outcome.findings, ended: outcome.kind })
  await prune(context, pruning.deletions)
  await writeInventory(context, [...toInventory(plan.manifests), ...pruning.kept])
  return record(context, { ...deploying, history, outcome: 'deployed' })
}

interface Failing extends Deploying {
  readonly history: readonly HistoryEntry[]
  readonly findings: readonly ExplainedFinding[]
  readonly ended?: 'failed' | 'superseded' | 'timed-out'
}

/** Says why, restores what served when that is wanted and possible, records it, and throws. */
async function fail(context: DeployContext, failing: Failing): Promise<never> {
  const { findings, history, options, ended = 'failed' } = failing
  const { report } = context
  for (const { said, ...finding } of findings) report({ type: 'finding', finding, evidence: said })
  const previous = history.find(
    ({ outcome, manifests }) => outcome === 'deployed' && manifests !== undefined,
  )
  const canRestore = ended !== 'superseded' && options.isRollingBack && previous !== undefined
  const isBeforeRoll = findings.some(({ code }) => code === 'RELEASE_FAILED')
  const restored = canRestore ? await rollBack(context, previous, { isBeforeRoll }) : undefined
  const outcome: DeployOutcome =
    restored === true ? 'rolled-back' : ended === 'failed' ? 'failed' : ended
  await record(context, { ...failing, outcome })
  throw toRolloutError({
    app: context.app,
    environment: context.environment,
    revision: failing.plan.revision,
    outcome,
    findings,
    ...(previous === undefined ? {} : { previous: previous.revision }),
    isRestored: restored === true,
  })
}

/** What was begun is known to whoever looks next. What cannot be recorded any more is not. */
async function recordInterruption(context: DeployContext, deploying: Deploying): Promise<void> {
  try {
    const ending = { ...context, client: toEndingClient(context.client) }
    const history = await readHistory(ending)
    await record(ending, { ...deploying, history, outcome: 'interrupted' })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    context.report({ type: 'warning', text: `the interruption is not recorded: ${reason}` })
  }
}

interface Recording extends Deploying {
  readonly history: readonly HistoryEntry[]
  readonly outcome: DeployOutcome
  readonly findings?: readonly ExplainedFinding[]
}

async function record(
  context: DeployContext,
  { plan, options, startedMs, history, outcome, findings = [] }: Recording,
): Promise<DeployResult> {
  const { app, environment, now, report } = context
  const previous = history.find((entry) => entry.outcome === 'deployed')?.revision
  const endedMs = now()
  const durationMs = endedMs - startedMs
  const { announcement, ciUrl, who } = options
  const { image, revision } = plan
  const ran = {
    revision,
    who,
    startedAt: new Date(startedMs).toISOString(),
    ...(ciUrl === undefined ? {} : { ciUrl }),
  }
  const result: DeployResult = {
    outcome,
    app,
    environment,
    revision,
    image,
    durationMs,
    ...(previous === undefined ? {} : { previous }),
  }
  report({ type: 'phase', title: 'Record' })
  await writeHistory(context, {
    ...ran,
    image,
    outcome,
    durationMs,
    ...(previous === undefined ? {} : { from: previous }),
    ...(outcome === 'deployed' ? { manifests: packManifests(plan.manifests) } : {}),
  })
  if (outcome === 'deployed') await annotateWorkloads(context, plan.manifests, ran)
  if (announcement !== undefined)
    await announce(report, announcement, {
      ...result,
      ...ran,
      endedAt: new Date(endedMs).toISOString(),
      findings: [...new Set(findings.map(({ code }) => code))],
    })
  report({ type: 'result', result })
  return result
}

function assertPrunable(concern: string | undefined, { isPruneAllowed }: DeployOptions): void {
  if (concern === undefined || isPruneAllowed) return
  throw new ServicexError('SERVICEX_PREFLIGHT_FAILED', {
    summary: `${concern}, and nothing was changed`,
    details: ['the service was renamed, or its declaration or kube/ has become empty'],
    fix: 'give --allow-prune when that is meant',
  })
}

function isNamespace({ kind }: Manifest): boolean {
  return kind === 'Namespace'
}

function isWorkload({ kind }: Manifest): boolean {
  return WORKLOADS.has(kind)
}
