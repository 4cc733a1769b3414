import { toLastWords } from '../../plan/rollout/last-words.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import type { Finding } from '../../plan/rollout/finding.ts'
import { TOLERANCE_SECONDS } from '../../plan/rollout/judge-rollout.ts'
import type { Condition, PodObject } from '../../plan/rollout/objects.ts'
import { findInPod } from '../../plan/rollout/pod-findings.ts'
import { VERDICTS } from '../../plan/rollout/verdict-code.ts'
import { applyObject, deleteObject, getObject, listObjects } from '../cluster/objects.ts'
import type { DeployContext } from './deploy-context.ts'
import type { ExplainedFinding } from './watch-rollouts.ts'

interface JobObject extends Manifest {
  readonly metadata: Manifest['metadata'] & { readonly uid?: string }
  readonly status?: { readonly conditions?: readonly Condition[] }
}

const POLL_MS = 2_000
const TAIL_LINES = '200'

/**
 * Runs the release command as a Job and waits for its end. Gives nothing when it succeeded, else what
 * went wrong. One that an earlier deploy has left running is waited for; one that has ended runs again.
 */
export async function runRelease(
  context: DeployContext,
  job: Manifest,
): Promise<ExplainedFinding | undefined> {
  const { client, now, report, signal, sleep } = context
  const before = await getObject<JobObject>(client, job)
  if (before !== undefined && conditionOf(before) !== undefined)
    await deleteAndWait(context, before)
  await applyObject(client, job)
  report({ type: 'step', text: `started Job/${job.metadata.name}` })
  const startedMs = now()
  const told = new Set<string>()
  for (;;) {
    signal.throwIfAborted()
    const live = await getObject<JobObject>(client, job)
    const ended = live === undefined ? undefined : conditionOf(live)
    const pods = await listPods(context, job)
    if (ended?.type === 'Complete') {
      report({ type: 'step', text: `Job/${job.metadata.name} is done` })
      return undefined
    }
    if (ended?.type === 'Failed') return toFinding(context, { job, pods, message: ended.message })
    const findings = pods.flatMap((pod) => findInPod(pod, []))
    const doomed = findings.find((finding) => isCertain(finding, now() - startedMs))
    for (const { code, subject, message } of findings.filter((one) => !told.has(one.code))) {
      told.add(code)
      report({ type: 'step', text: `${code}  ${subject}: ${message}` })
    }
    if (doomed !== undefined) {
      await deleteObject(client, job)
      return { ...doomed, said: [] }
    }
    await sleep(POLL_MS)
  }
}

/** Says whether a finding ends a Job's pod after this time: a worry may last as long as in a rollout. */
export function isCertain({ certainty, code }: Finding, ageMs: number): boolean {
  const tolerance = TOLERANCE_SECONDS[code]
  if (certainty === 'failed') return true
  return certainty === 'worrying' && tolerance !== undefined && ageMs > tolerance * 1000
}

function conditionOf({ status }: JobObject): Condition | undefined {
  return status?.conditions?.find(
    ({ type, status: is }) => ['Complete', 'Failed'].includes(type) && is === 'True',
  )
}

async function deleteAndWait({ client, sleep }: DeployContext, job: JobObject): Promise<void> {
  await deleteObject(client, job, job.metadata.uid)
  while ((await getObject(client, job)) !== undefined) await sleep(POLL_MS / 4)
}

function listPods({ client, app }: DeployContext, job: Manifest): Promise<readonly PodObject[]> {
  const key = { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', namespace: app } }
  return listObjects<PodObject>(client, key, { labelSelector: `job-name=${job.metadata.name}` })
}

interface FailedRelease {
  readonly job: Manifest
  readonly pods: readonly PodObject[]
  readonly message: string | undefined
}

async function toFinding(
  { client, app }: DeployContext,
  { job, pods, message }: FailedRelease,
): Promise<ExplainedFinding> {
  const pod = pods[0]?.metadata.name
  return {
    code: 'RELEASE_FAILED',
    certainty: 'failed',
    subject: `Job ${job.metadata.name}`,
    message: message ?? VERDICTS.RELEASE_FAILED.meaning,
    suggestion: VERDICTS.RELEASE_FAILED.suggestion,
    said: pod === undefined ? [] : await readLog(client, `/api/v1/namespaces/${app}/pods/${pod}`),
    ...(pod === undefined ? {} : { pod }),
  }
}

/** A pod that is gone has no log. */
async function readLog(client: DeployContext['client'], path: string): Promise<readonly string[]> {
  try {
    const log = await client.text({ method: 'GET', path: `${path}/log?tailLines=${TAIL_LINES}` })
    return toLastWords(log).lines
  } catch {
    return []
  }
}
