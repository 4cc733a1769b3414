import { isApiError } from '../cluster/api-error.ts'
import type { ApiRequest } from '../cluster/cluster-client.ts'
import type { DeployContext } from './deploy-context.ts'
import { LOCK_NAME, LOCK_ROOT } from './lock.ts'

/** Tries by dry runs what the lock of a deploy needs, and gives each right that is missing. Changes nothing. */
export async function checkLock({
  client,
  app,
}: Pick<DeployContext, 'client' | 'app'>): Promise<readonly string[]> {
  const all = `${LOCK_ROOT}/namespaces/${app}/leases`
  const body = JSON.stringify({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: LOCK_NAME, namespace: app },
    spec: { holderIdentity: '' },
  })
  const tries: readonly (readonly [verb: string, request: ApiRequest])[] = [
    ['get', { method: 'GET', path: `${all}/${LOCK_NAME}` }],
    ['create', { method: 'POST', path: `${all}?dryRun=All`, body, isRepeatable: true }],
    ['update', { method: 'PUT', path: `${all}/${LOCK_NAME}?dryRun=All`, body, isRepeatable: true }],
  ]
  const findings = await Promise.all(
    tries.map(async ([verb, request]) => {
      try {
        await client.json(request)
        return []
      } catch (error) {
        // That it is there already, is not, or has another version says that we may ask.
        if (!isApiError(error)) throw error
        if (error.status !== 403) return []
        const right = `${verb} leases.coordination.k8s.io`
        return [
          `FORBIDDEN  Lease/${LOCK_NAME}: we may not ${right} in ${app}, the lock of a deploy: ${error.message} — fix: have the account given the right to ${right}`,
        ]
      }
    }),
  )
  return findings.flat()
}
