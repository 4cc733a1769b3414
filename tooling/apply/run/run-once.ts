import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Finding } from '../../plan/rollout/finding.ts'
import type { PodObject } from '../../plan/rollout/objects.ts'
import { findInPod } from '../../plan/rollout/pod-findings.ts'
import { type JobObject, judgeRun, type RunState } from '../../plan/run/judge-run.ts'
import { RUN_COMPONENT, type RunJob } from '../../plan/run/run-job.ts'
import { isApiError } from '../cluster/api-error.ts'
import { toEndingClient } from '../cluster/ending-client.ts'
import { applyObject, deleteObject, getObject, listObjects } from '../cluster/objects.ts'
import type { DeployContext } from '../deploy/deploy-context.ts'
import { isCertain } from '../deploy/run-release.ts'
import { type LogPlace, type LogStream, openLogStream } from '../logs/stream-log.ts'

/** How a command ended that ran once. */
export type RunOutcome = Exclude<RunState, { readonly kind: 'waiting' | 'running' }>

/** What a run works with. */
export interface RunContext extends DeployContext {
  /** Is given each line of the command's log. */
  readonly take: (line: string) => void
  /** The cluster ends the Job after this; so do we, where it has not. */
  readonly timeoutMs: number
}

const POLL_MS = 1_000
const REMINDER_MS = 15_000

/** The cluster's clock and ours. */
const GRACE_MS = 60_000

/**
 * Runs a Job to its end and passes on its log. Rejects with SERVICEX_RUN_FAILED when its pod certainly
 * cannot start, and with the signal's reason when that is aborted; the Job is deleted then.
 */
export async function runOnce(context: RunContext, run: RunJob): Promise<RunOutcome> {
  const { client, report } = context
  const name = `Job/${run.job.metadata.name}`
  try {
    await applyObject(client, run.job)
    report({ type: 'step', text: `started ${name}` })
    const outcome = await follow(context, run)
    if (outcome.kind === 'timed-out') await deleteObject(client, run.job)
    return outcome
  } catch (error) {
    const isOver = ServicexError.is(error) && error.code === 'SERVICEX_RUN_FAILED'
    if (isOver || context.signal.aborted) await remove(context, run)
    else
      report({
        type: 'step',
        text: `${name} may go on without us: kube ${context.environment} logs ${RUN_COMPONENT}`,
      })
    throw error
  }
}

/** What cannot be deleted ends by itself. */
async function remove({ client, report, timeoutMs }: RunContext, { job }: RunJob): Promise<void> {
  const name = `Job/${job.metadata.name}`
  try {
    await deleteObject(toEndingClient(client), job)
    report({ type: 'step', text: `deleted ${name}` })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const text = `${name} was not deleted (${reason}); it ends after ${timeoutMs / 1000} s`
    report({ type: 'step', text })
  }
}

async function follow(context: RunContext, run: RunJob): Promise<RunOutcome> {
  const { app, client, now, signal, sleep, take, timeoutMs } = context
  const startedMs = now()
  const place = { client, namespace: app, container: run.container, isFollowing: true, signal }
  const logs = new Map<string, LogStream>()
  const told = new Set<string>()
  let remindedMs = startedMs
  for (;;) {
    signal.throwIfAborted()
    const pods = await listPods(context, run)
    const job = await getObject<JobObject>(client, run.job)
    const state = judgeRun(job, pods, run.container)
    if ('pod' in state) await readLog(logs, { ...place, pod: state.pod }, take)
    if (state.kind !== 'waiting' && state.kind !== 'running') return state
    const ageMs = now() - startedMs
    if (ageMs > timeoutMs + GRACE_MS) return { kind: 'timed-out' }
    if (state.kind === 'waiting') {
      const findings = pods.flatMap((pod) => findInPod(pod, []))
      const refused = pods.length === 0 ? await findRefusal(context, run) : []
      assertStartable(context, [...findings, ...refused], { ageMs, told })
      if (now() - remindedMs > REMINDER_MS) {
        remindedMs = now()
        const what = pods.length === 0 ? 'the cluster makes no pod yet' : 'its pod does not run yet'
        context.report({ type: 'step', text: `still waiting: ${what}` })
      }
    }
    await sleep(POLL_MS)
  }
}

function readLog(
  logs: Map<string, LogStream>,
  place: LogPlace,
  take: (line: string) => void,
): Promise<void> {
  const log = logs.get(place.pod) ?? openLogStream(place, take)
  logs.set(place.pod, log)
  return log.readOn()
}

interface Telling {
  readonly ageMs: number
  readonly told: Set<string>
}

/** Says what holds the pod up, once; throws when that will not pass. */
function assertStartable(
  { report }: RunContext,
  findings: readonly Finding[],
  { ageMs, told }: Telling,
): void {
  for (const { code, subject, message } of findings.filter((one) => !told.has(one.code))) {
    told.add(code)
    report({ type: 'step', text: `${code}  ${subject}: ${message}` })
  }
  const doomed = findings.find((finding) => isCertain(finding, ageMs))
  if (doomed === undefined) return
  throw new ServicexError('SERVICEX_RUN_FAILED', {
    summary: 'the command was not started',
    details: [`${doomed.code}  ${doomed.subject}: ${doomed.message}`],
    fix: doomed.suggestion,
  })
}

interface EventItem {
  readonly reason?: string
  readonly message?: string
}

/** Why the cluster makes no pod of the Job: a quota, or a policy. */
async function findRefusal(
  { app, client }: RunContext,
  { job }: RunJob,
): Promise<readonly Finding[]> {
  const key = { apiVersion: 'v1', kind: 'Event', metadata: { name: '', namespace: app } }
  const { name } = job.metadata
  const query = {
    fieldSelector: `involvedObject.kind=Job,involvedObject.name=${name},reason=FailedCreate`,
  }
  const events = await listObjects<EventItem>(client, key, query).catch(withoutRight)
  const refused = events.find(({ reason }) => reason === 'FailedCreate')
  if (refused === undefined) return []
  const message = refused.message ?? 'its pod was refused'
  const code = /exceeded quota/.test(message) ? 'QUOTA' : 'ADMISSION'
  return [{ code, certainty: 'failed', subject: `Job ${name}`, message, suggestion: FIXES[code] }]
}

/** Who may run a command may not always read events. */
function withoutRight(error: unknown): readonly EventItem[] {
  if (isApiError(error, 403)) return []
  throw error
}

const FIXES = {
  QUOTA: 'raise the ResourceQuota, or wait for other Jobs to end',
  ADMISSION: 'correct what the message names, in service.ts or kube/',
} as const

/** The last one first, should there ever be two. */
async function listPods(
  { app, client }: RunContext,
  { job }: RunJob,
): Promise<readonly PodObject[]> {
  const key = { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', namespace: app } }
  const labelSelector = `job-name=${job.metadata.name}`
  const pods = await listObjects<PodObject>(client, key, { labelSelector })
  return pods.toSorted((a, b) =>
    (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''),
  )
}
