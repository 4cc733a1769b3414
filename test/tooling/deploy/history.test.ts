import { expect, test } from 'vitest'
import { openClusterClient } from '../../../tooling/apply/cluster/cluster-client.ts'
import { readHistory, writeHistory } from '../../../tooling/apply/deploy/history.ts'
import { openApiServer } from '../../fakes/kubernetes/api-server.ts'

test('the history fits a ConfigMap: of large deploys fewer are remembered whole, the latest always', async () => {
  const api = await openApiServer()
  const client = openClusterClient(
    { context: 'x', server: new URL(api.url), tls: {}, credentials: { kind: 'none' } },
    { env: {}, proxy: {} },
  )
  api.store.put('/api/v1/namespaces/billing', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'billing' },
  })
  const place = { client, app: 'billing' }
  try {
    for (const revision of ['a', 'b', 'c'])
      await writeHistory(place as never, {
        revision,
        image: 'x',
        who: 'ann',
        outcome: 'deployed',
        startedAt: '2026-01-02T03:04:05Z',
        durationMs: 1,
        manifests: 'x'.repeat(revision === 'c' ? 900_000 : 300_000),
      })
    const entries = await readHistory(place)
    expect(entries.map(({ revision }) => revision)).toEqual(['c', 'b', 'a'])
    expect(entries.map(({ manifests }) => manifests === undefined)).toEqual([false, true, true])
  } finally {
    client.close()
    await api.close()
  }
})
