import {
  EXCEPTIONS_RECORD,
  LABELS,
  MANAGER,
  RECORD_LABELS,
} from '../../../src/convention/labels.ts'
import { isApiError } from '../cluster/api-error.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { getObject, listObjects, type LiveObject } from '../cluster/objects.ts'
import { type RecordMap, toRecordedExceptions } from './record-maps.ts'

/** What a deployed app is permitted, as its namespace says. */
export interface RecordedExceptions {
  readonly app: string
  readonly revision: string
  /** Unchecked: others may write to a namespace. */
  readonly exceptions: readonly unknown[]
}

/** The exceptions of a cluster, and what these credentials may not see. */
export interface ClusterExceptions {
  readonly apps: readonly RecordedExceptions[]
  /** Namespaces that were not read; `undefined` when not even their names are known. */
  readonly unread: readonly string[] | undefined
}

/** Reads what every app of a cluster is permitted: by one list, else namespace by namespace. `own` is read in any case. */
export async function readClusterExceptions(
  client: ClusterClient,
  own: string,
): Promise<ClusterExceptions> {
  const listed = await permitted(() =>
    listObjects<RecordMap>(
      client,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '' } },
      { labelSelector: `${RECORD_LABELS.record}=exceptions` },
    ),
  )
  if (listed !== undefined) return { apps: toApps(listed), unread: [] }
  const namespaces = await permitted(() =>
    listObjects<LiveObject>(
      client,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: '' } },
      { labelSelector: `${LABELS.managedBy}=${MANAGER}` },
    ),
  )
  const names = namespaces?.map(({ metadata }) => metadata.name) ?? [own]
  const read = await Promise.all(
    names.map(async (name) => [name, await readOne(client, name)] as const),
  )
  const unread = read.flatMap(([name, maps]) => (maps === undefined ? [name] : []))
  return {
    apps: toApps(read.flatMap(([, maps]) => maps ?? [])),
    unread: namespaces === undefined ? undefined : unread,
  }
}

function readOne(
  client: ClusterClient,
  namespace: string,
): Promise<readonly RecordMap[] | undefined> {
  const metadata = { name: EXCEPTIONS_RECORD, namespace }
  return permitted(async () => {
    const found = await getObject<RecordMap>(client, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
    })
    return found === undefined ? [] : [found]
  })
}

function toApps(maps: readonly RecordMap[]): readonly RecordedExceptions[] {
  return maps.map((map) => ({
    app: map.metadata.namespace ?? '',
    revision: map.metadata.labels?.[LABELS.version] ?? '',
    exceptions: toRecordedExceptions(map),
  }))
}

async function permitted<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read()
  } catch (error) {
    if (isApiError(error, 403)) return undefined
    throw error
  }
}
