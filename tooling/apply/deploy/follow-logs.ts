import { createInterface } from 'node:readline'
import { LABELS } from '../../../src/convention/labels.ts'
import type { PodObject } from '../../plan/rollout/objects.ts'
import { isApiError } from '../cluster/api-error.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { listObjects } from '../cluster/objects.ts'

/** Which logs are read. */
export interface LogRequest {
  readonly client: ClusterClient
  readonly app: string
  /** A process or a pod; all when absent. */
  readonly name?: string
  readonly isFollowing: boolean
  readonly isPrevious: boolean
  readonly tailLines: number
  readonly signal: AbortSignal
  readonly sleep: (ms: number) => Promise<void>
}

/** Is given every line, with the pod it is of. */
export type TakeLine = (pod: string, line: string) => void

const POLL_MS = 2_000

/** A connection that is silent is alive: a log may say nothing for a day. */
const IDLE_MS = 86_400_000

/** Reads the logs of all pods, side by side; when following, those of pods that come later as well. Resolves at their ends. */
export async function followLogs(request: LogRequest, take: TakeLine): Promise<number> {
  const running = new Map<string, Promise<void>>()
  for (;;) {
    for (const pod of await listPods(request)) {
      const name = pod.metadata.name
      if (running.has(name) || !hasLog(pod, request)) continue
      running.set(name, readOne(request, name, take))
    }
    if (!request.isFollowing) break
    await request.sleep(POLL_MS)
  }
  await Promise.all(running.values())
  return running.size
}

async function listPods({ client, app, name }: LogRequest): Promise<readonly PodObject[]> {
  const key = { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', namespace: app } }
  const pods = await listObjects<PodObject>(client, key, {
    labelSelector: `${LABELS.partOf}=${app}`,
  })
  if (name === undefined) return pods
  return pods.filter(
    ({ metadata }) => metadata.name === name || metadata.labels?.[LABELS.component] === name,
  )
}

function hasLog({ status }: PodObject, { isPrevious }: LogRequest): boolean {
  const statuses = status?.containerStatuses ?? []
  return statuses.some(({ state, lastState }) =>
    isPrevious
      ? lastState?.terminated !== undefined
      : state?.running !== undefined || state?.terminated !== undefined,
  )
}

async function readOne(
  { client, app, isFollowing, isPrevious, tailLines, signal }: LogRequest,
  pod: string,
  take: TakeLine,
): Promise<void> {
  const query = new URLSearchParams({
    tailLines: String(tailLines),
    ...(isFollowing ? { follow: 'true' } : {}),
    ...(isPrevious ? { previous: 'true' } : {}),
  })
  try {
    const { body } = await client.stream({
      method: 'GET',
      path: `/api/v1/namespaces/${app}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`,
      timeoutMs: IDLE_MS,
      signal,
    })
    for await (const line of createInterface({ input: body, crlfDelay: Infinity })) take(pod, line)
  } catch (error) {
    // The pod went, or its log was rotated away: what there was has been given.
    if (signal.aborted || isApiError(error)) return
    throw error
  }
}
