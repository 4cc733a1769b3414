import { LABELS } from '../../../src/convention/labels.ts'
import type { ContainerStatus, PodObject } from '../../plan/rollout/objects.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { listObjects } from '../cluster/objects.ts'
import { type LogStream, openLogStream } from './stream-log.ts'

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

/** Is given every line, with the pod it is of: `web-7c9d-x2k1`, or with its container where it has several. */
export type TakeLine = (source: string, line: string) => void

const POLL_MS = 2_000

/**
 * Reads the logs of all pods, side by side; when following, also those of pods that come later, of
 * containers that are started again, and on where a connection broke. Gives how many logs there were.
 */
export async function followLogs(request: LogRequest, take: TakeLine): Promise<number> {
  const logs = new Map<string, ContainerLog>()
  for (;;) {
    for (const found of (await listPods(request)).flatMap((pod) => toFound(pod, request))) {
      const log = logs.get(found.source) ?? openLog(request, found, take)
      logs.set(found.source, log)
      log.read(found.run)
    }
    if (!request.isFollowing) break
    await request.sleep(POLL_MS)
    for (const log of logs.values()) if (log.failure !== undefined) throw log.failure
  }
  await Promise.all([...logs.values()].map(({ reading }) => reading))
  for (const { failure } of logs.values()) if (failure !== undefined) throw failure
  return logs.size
}

interface FoundLog {
  readonly source: string
  readonly pod: string
  readonly container: string
  /** Another one means that there may be more to read. */
  readonly run: string
}

interface ContainerLog {
  reading: Promise<void>
  failure: Error | undefined
  /** Reads on, unless it is being read, or has been read to the end of this run. */
  read(run: string): void
}

function openLog(
  request: LogRequest,
  { container, pod, source }: FoundLog,
  take: TakeLine,
): ContainerLog {
  const { app, client, isFollowing, isPrevious, signal, tailLines } = request
  const stream: LogStream = openLogStream(
    { client, namespace: app, pod, container, isFollowing, isPrevious, tailLines, signal },
    (line) => take(source, line),
  )
  let isReading = false
  let done = ''
  const log: ContainerLog = {
    reading: Promise.resolve(),
    failure: undefined,
    read: (run) => {
      if (isReading || run === done) return
      isReading = true
      log.reading = stream
        .readOn()
        .catch((error: Error) => {
          log.failure = error
        })
        .finally(() => {
          isReading = false
          done = run.endsWith(ENDED) ? run : ''
        })
    },
  }
  return log
}

const ENDED = 'ended'

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

function toFound({ metadata, status }: PodObject, request: LogRequest): readonly FoundLog[] {
  const statuses = status?.containerStatuses ?? []
  const pod = metadata.name
  return statuses
    .filter((one) => hasLog(one, request))
    .map(({ name, restartCount = 0, state }) => ({
      source: statuses.length === 1 ? pod : `${pod}/${name}`,
      pod,
      container: name,
      run: `${restartCount} ${state?.terminated === undefined ? 'runs' : ENDED}`,
    }))
}

function hasLog({ lastState, state }: ContainerStatus, { isPrevious }: LogRequest): boolean {
  if (isPrevious) return lastState?.terminated !== undefined
  return state?.running !== undefined || state?.terminated !== undefined
}
