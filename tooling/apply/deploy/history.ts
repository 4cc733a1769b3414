import { gunzipSync, gzipSync } from 'node:zlib'
import { LABELS, MANAGER } from '../../../src/convention/labels.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import { applyObject, getObject } from '../cluster/objects.ts'
import type { DeployContext } from './deploy-context.ts'
import type { DeployOutcome } from './reporter.ts'

/** One deploy of an app, as it is remembered in its namespace. */
export interface HistoryEntry {
  readonly revision: string
  readonly image: string
  readonly who: string
  readonly ciUrl?: string
  readonly outcome: DeployOutcome
  /** The revision that served before. */
  readonly from?: string
  /** RFC 3339. */
  readonly startedAt: string
  readonly durationMs: number
  /** Everything that was applied, as base64 of gzip: what a rollback applies again. */
  readonly manifests?: string
}

const NAME = 'kube-history'

/** So many deploys are remembered, and of so many what was applied. */
const MAX_ENTRIES = 20
const MAX_MANIFESTS = 10

/** A ConfigMap holds 1 MiB: of large deploys fewer are remembered whole. Source: Kubernetes, ConfigMaps. */
const MAX_MANIFEST_CHARS = 800_000

const MAX_MANIFEST_BYTES = 20 * 1024 * 1024

/** Reads the deploys of an app, the latest first. What cannot be read was never written. */
export async function readHistory({
  client,
  app,
}: Pick<DeployContext, 'client' | 'app'>): Promise<readonly HistoryEntry[]> {
  const found = await getObject<{ data?: { entries?: string } }>(client, toKey(app))
  try {
    const entries: unknown = JSON.parse(found?.data?.entries ?? '[]')
    return Array.isArray(entries) ? (entries as HistoryEntry[]) : []
  } catch {
    return []
  }
}

/** Adds a deploy to the history. */
export async function writeHistory(context: DeployContext, entry: HistoryEntry): Promise<void> {
  const earlier = await readHistory(context)
  const entries = [entry, ...earlier].slice(0, MAX_ENTRIES)
  let [kept, chars] = [0, 0]
  const bounded = entries.map(({ manifests, ...rest }) => {
    kept += manifests === undefined ? 0 : 1
    chars += manifests?.length ?? 0
    const isKept = kept === 1 || (kept <= MAX_MANIFESTS && chars <= MAX_MANIFEST_CHARS)
    return manifests === undefined || !isKept ? rest : { ...rest, manifests }
  })
  await applyObject(context.client, {
    ...toKey(context.app),
    data: { entries: JSON.stringify(bounded) },
  })
}

/** Packs what was applied. */
export function packManifests(manifests: readonly Manifest[]): string {
  return gzipSync(JSON.stringify(manifests), { level: 9 }).toString('base64')
}

/** Unpacks what was applied; nothing when the entry does not say. */
export function unpackManifests({ manifests }: HistoryEntry): readonly Manifest[] | undefined {
  if (manifests === undefined) return undefined
  const text = gunzipSync(Buffer.from(manifests, 'base64'), { maxOutputLength: MAX_MANIFEST_BYTES })
  return JSON.parse(text.toString('utf8')) as readonly Manifest[]
}

function toKey(app: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace: app, labels: { [LABELS.managedBy]: MANAGER } },
  }
}
