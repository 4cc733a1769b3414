import { text } from 'node:stream/consumers'
import { ADMIN_PATHS, ADMIN_PORT } from '../../../src/convention/ports.ts'
import type { Finding } from '../../plan/rollout/finding.ts'
import { toLastWords } from '../../plan/rollout/last-words.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import type { DeployContext } from './deploy-context.ts'

const TAIL_LINES = 100

/** Fetches what a finding needs to be understood: the last words of a container, the answer of /readyz. Never rejects. */
export async function readEvidence(
  { client, app }: Pick<DeployContext, 'client' | 'app'>,
  finding: Finding,
): Promise<readonly string[]> {
  const { pod, container, evidence } = finding
  if (pod === undefined) return []
  const path = `/api/v1/namespaces/${app}/pods/${encodeURIComponent(pod)}`
  try {
    switch (evidence) {
      case 'previous-log':
        return await readLog(client, { path, container, isPrevious: true })
      case 'log':
        return await readLog(client, { path, container, isPrevious: false })
      case 'readiness':
        return await readReadiness(client, path)
      default:
        return []
    }
  } catch {
    return []
  }
}

interface LogPlace {
  readonly path: string
  readonly container: string | undefined
  readonly isPrevious: boolean
}

/** The log of the run that ended; where there is none, of the one that is. */
async function readLog(
  client: ClusterClient,
  { path, container, isPrevious }: LogPlace,
): Promise<readonly string[]> {
  const query = new URLSearchParams({
    tailLines: String(TAIL_LINES),
    ...(container === undefined ? {} : { container }),
    ...(isPrevious ? { previous: 'true' } : {}),
  })
  try {
    const log = await client.text({ method: 'GET', path: `${path}/log?${query.toString()}` })
    // The kubelet says so with status 200 when the runtime has thrown the container away.
    if (isPrevious && log.startsWith('unable to retrieve container logs'))
      return readLog(client, { path, container, isPrevious: false })
    const { lines, traceId } = toLastWords(log)
    return traceId === undefined ? lines : [...lines, `trace_id ${traceId}`]
  } catch (error) {
    if (isPrevious) return readLog(client, { path, container, isPrevious: false })
    throw error
  }
}

/** A pod that is not ready answers 503, with what it waits for: that is what is wanted here. */
async function readReadiness(client: ClusterClient, path: string): Promise<readonly string[]> {
  const answer = await client.anyAnswer({
    method: 'GET',
    path: `${path}:${ADMIN_PORT}/proxy${ADMIN_PATHS.ready}`,
    timeoutMs: 5_000,
  })
  const body = (await text(answer.body)).trim()
  return body === '' ? [] : [`/readyz answered ${answer.status}: ${body.slice(0, 2000)}`]
}
