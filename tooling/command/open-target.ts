import { ServicexError } from '../../src/convention/servicex-error.ts'
import { isApiError } from '../apply/cluster/api-error.ts'
import { type ClusterClient, openClusterClient } from '../apply/cluster/cluster-client.ts'
import { getObject } from '../apply/cluster/objects.ts'
import { type NamedEnvironment, toNamedEnvironment } from '../parse/environment.ts'
import { readClusterAccess } from '../parse/kubeconfig/read-cluster-access.ts'
import { isInProject, type Project, readBareProject, readProject } from '../parse/project.ts'
import { readRegistryEnvironment } from '../parse/registry-environment.ts'
import { toPlainLine } from '../report/plain-text.ts'
import type { Host } from '../report/terminal.ts'
import { toClusterError } from './interruptible.ts'

/** The cluster of an environment, known to be the right one. */
export interface Target {
  readonly project: Project
  readonly environment: NamedEnvironment
  readonly client: ClusterClient
  /** UID of `kube-system`; absent where it may not be read. */
  readonly clusterId?: string
}

/** How a target is named besides by its environment. */
export interface TargetOptions {
  /** A context of the kubeconfig, instead of the one that the settings map the environment to. */
  readonly context?: string | undefined
  /** Nothing is changed: a cluster that does not answer is given up soon. */
  readonly isReadOnly?: boolean
}

/** Who only looks can look again. */
const READ_PATIENCE_MS = 10_000

/**
 * Opens the cluster that the settings map an environment to; the caller closes its client. The
 * kubeconfig's current context never counts.
 *
 * Rejects with SERVICEX_SETTINGS_INVALID when nothing is mapped, with SERVICEX_CLUSTER_REFUSED when the credentials
 * do not hold, and with SERVICEX_CLUSTER_MISMATCH when the context leads to another cluster than the one that
 * was recorded.
 */
export async function openTarget(
  host: Host,
  word: string,
  { context, isReadOnly = false }: TargetOptions = {},
): Promise<Target> {
  const project = await readTargetProject(host, context)
  const environment = toTargetEnvironment(word, { project, context })
  const { settings, name } = environment
  if (settings === undefined)
    throw new ServicexError('SERVICEX_SETTINGS_INVALID', {
      summary: `nothing says which cluster ${name} is`,
      fix: `set environments.${name}.context in package.json#servicex to a context of your kubeconfig`,
    })
  const access = await readClusterAccess(settings.context, host.env)
  const { helperEnv, proxy } = readRegistryEnvironment(host.env)
  const client = openClusterClient(access, {
    env: helperEnv,
    proxy,
    onWait: openWaitNotice(host, access.server),
    ...(isReadOnly ? { patienceMs: READ_PATIENCE_MS } : {}),
  })
  try {
    const clusterId = await readClusterId(client)
    assertCluster(environment, clusterId)
    const target = { project, environment, client }
    return clusterId === undefined ? target : { ...target, clusterId }
  } catch (error) {
    client.close()
    throw toClusterError(error)
  }
}

/** Says once that the cluster is waited for, and why. */
function openWaitNotice({ stderr }: Host, server: URL): (reason: string) => void {
  let isTold = false
  return (reason) => {
    if (!isTold)
      stderr.write(`waiting for the API server at ${server.host}: ${toPlainLine(reason)}\n`)
    isTold = true
  }
}

/** With a context that is named, no settings are needed, and so no package.json. */
async function readTargetProject(host: Host, context: string | undefined): Promise<Project> {
  const cwd = host.cwd()
  if (context !== undefined && !(await isInProject(cwd))) return readBareProject(cwd, host.env)
  return readProject(cwd, host.env)
}

function toTargetEnvironment(
  word: string,
  { project, context }: { readonly project: Project; readonly context: string | undefined },
): NamedEnvironment {
  const environment = toNamedEnvironment(word, project.settings)
  return context === undefined
    ? environment
    : { ...environment, settings: { ...environment.settings, context } }
}

/** The one thing of a cluster that stays as long as it does and that no other has. */
async function readClusterId(client: ClusterClient): Promise<string | undefined> {
  const key = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } }
  try {
    return (await getObject(client, key))?.metadata.uid
  } catch (error) {
    if (isApiError(error, 403)) return undefined
    throw error
  }
}

function assertCluster({ name, settings }: NamedEnvironment, clusterId: string | undefined): void {
  const expected = settings?.clusterId
  if (expected === undefined || expected === clusterId) return
  throw new ServicexError('SERVICEX_CLUSTER_MISMATCH', {
    summary: `the context ${settings?.context ?? ''} is not the cluster of ${name}: nothing was changed`,
    details: [
      `its kube-system is ${clusterId ?? 'not readable with these credentials'}`,
      `environments.${name}.clusterId is ${expected}`,
    ],
    fix: 'correct the context in your kubeconfig, or clusterId when the cluster was made anew',
  })
}
