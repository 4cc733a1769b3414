import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import type { PodTemplate } from '../../plan/run/run-job.ts'
import { listWorkloads, type WorkloadPlace } from '../deploy/change-workload.ts'
import { getObject } from '../cluster/objects.ts'

/** Gives the pods of a process as the cluster makes them now. Rejects with SERVICEX_USAGE when there is no such process. */
export async function readTemplate(place: WorkloadPlace): Promise<PodTemplate> {
  const { app, client, process } = place
  for (const [apiVersion, kind] of KINDS) {
    const metadata = { name: process, namespace: app }
    const found = await getObject<Manifest>(client, { apiVersion, kind, metadata })
    const template = found === undefined ? undefined : toTemplate(found)
    if (template !== undefined) return template
  }
  const names = (await listWorkloads(place)).join(', ')
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `${app} has no process ${process} here${names === '' ? ': it is not deployed' : ` — it has ${names}`}`,
    fix: names === '' ? 'deploy it first, or give --revision' : 'name one of them with --process',
  })
}

/** Finds the pods of a process among planned objects. Throws SERVICEX_USAGE when there is no such process. */
export function findTemplate(manifests: readonly Manifest[], process: string): PodTemplate {
  const kinds = KINDS.map(([, kind]) => kind)
  const own = manifests.filter(({ kind }) => kinds.some((one) => one === kind))
  const found = own.find(({ metadata }) => metadata.name === process)
  const template = found === undefined ? undefined : toTemplate(found)
  if (template !== undefined) return template
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `this revision has no process ${process} — it has ${own.map(({ metadata }) => metadata.name).join(', ')}`,
    fix: 'name one of them with --process',
  })
}

/** What has pods of a process. */
const KINDS = [
  ['apps/v1', 'Deployment'],
  ['batch/v1', 'CronJob'],
] as const

interface PodOwnerSpec {
  readonly template?: PodTemplate
  readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } }
}

function toTemplate({ spec }: Manifest): PodTemplate | undefined {
  const { template, jobTemplate } = (spec ?? {}) as PodOwnerSpec
  return template ?? jobTemplate?.spec?.template
}
