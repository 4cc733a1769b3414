import { createHmac } from 'node:crypto'
import { toSecretName } from '../../../src/convention/labels.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { getObject } from '../cluster/objects.ts'

const DIGITS = 16

/**
 * Gives a hash that changes with what the app's Secret holds, so that its pods are rolled with it;
 * nothing when there is no Secret. Its key is the Secret's own uid: the same values in two namespaces,
 * or a guess at them, have other hashes.
 */
export async function readSecretHash(
  client: ClusterClient,
  app: string,
): Promise<string | undefined> {
  const secret = await getObject<{
    metadata: { uid?: string }
    data?: Readonly<Record<string, string>>
  }>(client, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: toSecretName(app), namespace: app },
  })
  if (secret === undefined) return undefined
  const entries = Object.entries(secret.data ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const hash = createHmac('sha256', secret.metadata.uid ?? '').update(JSON.stringify(entries))
  return hash.digest('hex').slice(0, DIGITS)
}
