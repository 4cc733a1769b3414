import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { getObject, listObjects } from '../cluster/objects.ts'

/** One process of an app in a cluster. */
export interface WorkloadPlace {
  readonly client: ClusterClient
  readonly app: string
  readonly process: string
}

const RESTARTED_AT = 'servicex.dev/restarted-at'

/** Has every pod of a process be replaced, one after the other. Gives the Deployment as it is then. */
export function restartWorkload(place: WorkloadPlace, atIso: string): Promise<Manifest> {
  const annotations = { [RESTARTED_AT]: atIso }
  return patch(place, '', { spec: { template: { metadata: { annotations } } } })
}

/** Gives the names of an app's processes that run on. */
export async function listWorkloads({
  client,
  app,
}: Omit<WorkloadPlace, 'process'>): Promise<readonly string[]> {
  const key = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: '', namespace: app } }
  return (await listObjects<Manifest>(client, key)).map(({ metadata }) => metadata.name)
}

/**
 * Sets how many pods of a process run, until the next deploy. Rejects with SERVICEX_USAGE where an
 * autoscaler would undo it.
 */
export async function scaleWorkload(place: WorkloadPlace, replicas: number): Promise<void> {
  const { client, app, process } = place
  const scaler = await findAutoscaler(client, app, process)
  if (scaler !== undefined)
    throw new ServicexError('SERVICEX_USAGE', {
      summary: `the autoscaler ${scaler} sets how many pods ${process} has`,
      fix: `change processes.${process}.replicas in service.ts, and deploy`,
    })
  await patch(place, '/scale', { spec: { replicas } })
}

interface Autoscaler extends Manifest {
  readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } }
}

async function findAutoscaler(
  client: ClusterClient,
  app: string,
  process: string,
): Promise<string | undefined> {
  const scalers = await listObjects<Autoscaler>(client, {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: '', namespace: app },
  })
  return scalers.find(
    ({ spec }) =>
      spec?.scaleTargetRef?.kind === 'Deployment' && spec.scaleTargetRef.name === process,
  )?.metadata.name
}

async function patch(
  { client, app, process }: WorkloadPlace,
  subresource: string,
  body: object,
): Promise<Manifest> {
  const key = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: process, namespace: app },
  }
  if ((await getObject(client, key)) === undefined) {
    const names = (await listWorkloads({ client, app })).join(', ')
    throw new ServicexError('SERVICEX_USAGE', {
      summary: `${app} has no process ${process}${names === '' ? '' : ` — it has ${names}`}`,
      fix: 'name one of its processes',
    })
  }
  return client.json<Manifest>({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${app}/deployments/${process}${subresource}?fieldManager=kube-adjust`,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify(body),
  })
}
