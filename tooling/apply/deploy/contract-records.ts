import { CONTRACT_RECORD, RECORD_LABELS } from '../../../src/convention/labels.ts'
import { isApiError } from '../cluster/api-error.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { getObject, listObjects } from '../cluster/objects.ts'
import type { RecordMap } from './record-maps.ts'

/** What was read, or why it may not be. */
export type Readable<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'forbidden' }

/** Reads the ConfigMap with the contract that a deployed app serves. */
export function readContractRecord(
  client: ClusterClient,
  namespace: string,
): Promise<Readable<RecordMap | undefined>> {
  return readPermitted(() =>
    getObject<RecordMap>(client, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: CONTRACT_RECORD, namespace },
    }),
  )
}

/** Reads, of all namespaces, the ConfigMaps with what deployed apps expect of a service. */
export function readCallerRecords(
  client: ClusterClient,
  service: string,
): Promise<Readable<readonly RecordMap[]>> {
  return readPermitted(() =>
    listObjects<RecordMap>(
      client,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '' } },
      { labelSelector: `${RECORD_LABELS.calls}=${service}` },
    ),
  )
}

async function readPermitted<Value>(read: () => Promise<Value>): Promise<Readable<Value>> {
  try {
    return { kind: 'read', value: await read() }
  } catch (error) {
    if (isApiError(error, 403)) return { kind: 'forbidden' }
    throw error
  }
}
