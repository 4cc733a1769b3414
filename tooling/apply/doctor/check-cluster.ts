import type { Check } from '../../../src/convention/doctor.ts'
import type { EnvironmentSettings } from '../../parse/environment-settings.ts'
import { readClusterAccess } from '../../parse/kubeconfig/read-cluster-access.ts'
import { readRegistryEnvironment } from '../../parse/registry-environment.ts'
import { isApiError } from '../cluster/api-error.ts'
import { type ClusterClient, openClusterClient } from '../cluster/cluster-client.ts'
import { toFailedCheck } from './finding.ts'

/** One environment, as the settings map it. */
export interface EnvironmentPlace {
  readonly environment: string
  readonly settings: EnvironmentSettings
  /** The app's name: its namespace. */
  readonly app: string
}

/** How long an unreachable cluster is waited for. */
const PATIENCE_MS = 3000
/** A certificate or a token of a clock that is further off may not hold yet, or any more. */
const MAX_SKEW_SECONDS = 30

/** What a deploy does first with each kind. */
const NEEDED: readonly (readonly [verb: string, group: string, resource: string])[] = [
  ['patch', 'apps', 'deployments'],
  ['patch', '', 'services'],
  ['patch', '', 'configmaps'],
  ['list', '', 'pods'],
  ['get', '', 'pods/log'],
  ['get', '', 'secrets'],
  ['create', 'coordination.k8s.io', 'leases'],
]

/** What a deploy can do without, and what is missing then. */
const WANTED: readonly (readonly [...(typeof NEEDED)[number], lacking: string])[] = [
  ['get', '', 'pods/proxy', 'the guard judges no deploy, and /readyz of a pod is not shown'],
  ['create', 'batch', 'jobs', 'no release command and no kube run'],
]

/** Looks at one environment's cluster: its context, its identity, its clock, the namespace, and what we may do there. Changes nothing. */
export async function checkCluster(
  place: EnvironmentPlace,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Check[]> {
  const { environment, settings } = place
  const check = { category: 'clusters', name: environment } as const
  let client: ClusterClient | undefined
  try {
    const access = await readClusterAccess(settings.context, env)
    const { helperEnv, proxy } = readRegistryEnvironment(env)
    client = openClusterClient(access, { env: helperEnv, proxy, patienceMs: PATIENCE_MS })
    return [
      ...(await checkIdentity(client, place)),
      await checkNamespace(client, place),
      await checkPermissions(client, place),
      await checkCallers(client, place),
    ]
  } catch (error) {
    return [toFailedCheck(check, error)]
  } finally {
    client?.close()
  }
}

async function checkIdentity(
  client: ClusterClient,
  { environment, settings }: EnvironmentPlace,
): Promise<readonly Check[]> {
  const check = { category: 'clusters', name: `${environment}: cluster` } as const
  const answer = await client.stream({ method: 'GET', path: '/api/v1/namespaces/kube-system' })
  const chunks = await answer.body.toArray()
  const { metadata } = JSON.parse(Buffer.concat(chunks as Buffer[]).toString('utf8')) as {
    readonly metadata: { readonly uid: string }
  }
  const skew = checkClock(environment, answer.headers.date)
  const { context, clusterId } = settings
  if (clusterId === undefined)
    return [
      {
        ...check,
        status: 'warn',
        message: `context ${context} answers, and nothing says that it is the right cluster`,
        fix: `set environments.${environment}.clusterId to ${metadata.uid}`,
      },
      ...skew,
    ]
  if (clusterId === metadata.uid)
    return [{ ...check, status: 'pass', message: `context ${context}, ${clusterId}` }, ...skew]
  return [
    {
      ...check,
      status: 'fail',
      message: `context ${context} leads to ${metadata.uid}, not to ${clusterId}`,
      fix: 'correct the context in your kubeconfig, or clusterId when the cluster was made anew',
    },
    ...skew,
  ]
}

function checkClock(environment: string, date: string | undefined): readonly Check[] {
  if (date === undefined) return []
  const seconds = Math.abs(Date.parse(date) - Date.now()) / 1000
  const check = { category: 'clusters', name: `${environment}: clock` } as const
  if (seconds <= MAX_SKEW_SECONDS)
    return [{ ...check, status: 'pass', message: 'agrees with ours' }]
  return [
    {
      ...check,
      status: 'warn',
      message: `is ${Math.round(seconds)} s off ours`,
      fix: 'set the clock of this machine',
    },
  ]
}

async function checkNamespace(
  client: ClusterClient,
  { environment, app }: EnvironmentPlace,
): Promise<Check> {
  const check = { category: 'clusters', name: `${environment}: namespace` } as const
  try {
    await client.json({ method: 'GET', path: `/api/v1/namespaces/${app}` })
    return { ...check, status: 'pass', message: app }
  } catch (error) {
    if (isApiError(error, 404))
      return { ...check, status: 'pass', message: `${app} is not there; the first deploy makes it` }
    return toFailedCheck(check, error)
  }
}

async function checkPermissions(
  client: ClusterClient,
  { environment, app }: EnvironmentPlace,
): Promise<Check> {
  const check = { category: 'clusters', name: `${environment}: permissions` } as const
  const denied: string[] = []
  for (const need of NEEDED)
    if (!(await isPermitted(client, app, need))) denied.push(`${need[0]} ${need[2]}`)
  const fix = 'ask those who run the cluster for the role of a deployer in this namespace'
  if (denied.length > 0)
    return { ...check, status: 'fail', message: `in ${app} we may not ${denied.join(', ')}`, fix }
  const lacking = await findLacking(client, app)
  if (lacking.length > 0)
    return { ...check, status: 'warn', message: `in ${app} we may not ${lacking.join('; ')}`, fix }
  return { ...check, status: 'pass', message: `all that a deploy does in ${app}` }
}

async function findLacking(client: ClusterClient, app: string): Promise<readonly string[]> {
  const lacking: string[] = []
  for (const [verb, group, words, without] of WANTED)
    if (!(await isPermitted(client, app, [verb, group, words])))
      lacking.push(`${verb} ${words}: ${without}`)
  return lacking
}

function isPermitted(
  client: ClusterClient,
  namespace: string,
  [verb, group, words]: (typeof NEEDED)[number],
): Promise<boolean> {
  const [resource, subresource] = words.split('/')
  return isAllowed(client, { namespace, verb, group, resource, subresource })
}

/** Who calls an app is recorded in the namespaces of its callers. */
async function checkCallers(
  client: ClusterClient,
  { environment, app }: EnvironmentPlace,
): Promise<Check> {
  const check = { category: 'clusters', name: `${environment}: callers` } as const
  if (await isAllowed(client, { verb: 'list', group: '', resource: 'configmaps' }))
    return { ...check, status: 'pass', message: 'a deploy is judged by what its callers use' }
  return {
    ...check,
    status: 'warn',
    message: `a deploy cannot see who calls ${app}: we may not list configmaps of all namespaces`,
    fix: 'ask those who run the cluster for a ClusterRole that lists configmaps',
  }
}

async function isAllowed(
  client: ClusterClient,
  resourceAttributes: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const review = await client.json<{ readonly status?: { readonly allowed?: boolean } }>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    contentType: 'application/json',
    isRepeatable: true,
    body: JSON.stringify({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    }),
  })
  return review.status?.allowed === true
}
