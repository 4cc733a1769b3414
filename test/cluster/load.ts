import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyObject, deleteObject } from '../../tooling/apply/cluster/objects.ts'
import type { Manifest } from '../../tooling/plan/manifests/manifest.ts'
import { pollUntil } from '../real/poll-until.ts'
import type { Api } from './api.ts'

/** What a client in the cluster has seen. */
export interface LoadResult {
  readonly requests: number
  /** By status or error code; empty when every answer was 200. */
  readonly failed: Readonly<Record<string, number>>
  readonly slowestMs: number
}

/** A client in the cluster that asks without an end. */
export interface Load {
  /** Ends it; gives what it has seen. */
  stop(): Promise<LoadResult>
}

/** What is asked, and how. */
export interface LoadOptions {
  readonly name: string
  readonly url: string
  /** A connection for each request, or some that are kept. */
  readonly kind: 'fresh' | 'keep-alive'
  /** Has Node in it. */
  readonly image: string
  /** How many ask at a time. */
  readonly workers: number
}

const NAMESPACE = 'load'
const PORT = 8081

/** Starts a client as a pod, and resolves when it has had its first answers. */
export async function startLoad({ client }: Api, options: LoadOptions): Promise<Load> {
  const pod = toPod(options)
  const proxy = `/api/v1/namespaces/${NAMESPACE}/pods/${options.name}:${PORT}/proxy`
  const read = (path: string): Promise<LoadResult> =>
    client.json<LoadResult>({ method: 'GET', path: `${proxy}${path}` })
  await applyObject(client, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
  await applyObject(client, pod)
  await pollUntil(
    async () => {
      const answer = await client.anyAnswer({ method: 'GET', path: `${proxy}/` })
      const text = (await answer.body.toArray()).join('')
      return answer.status === 200 && (JSON.parse(text) as LoadResult).requests > 10
        ? true
        : undefined
    },
    { what: `${options.name} to ask ${options.url}`, timeoutMs: 60_000, intervalMs: 300 },
  )
  return {
    stop: async () => {
      const result = await read('/stop')
      await deleteObject(client, pod)
      return result
    },
  }
}

function toPod({ name, url, kind, image, workers }: LoadOptions): Manifest {
  const script = readFileSync(join(import.meta.dirname, 'load.mjs'), 'utf8')
  const security = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  }
  const container = {
    name: 'load',
    image,
    command: ['node', '--input-type=module', '--eval', script, url, kind, String(workers)],
    securityContext: security,
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers: [container] },
  }
}
