import { readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { suggestName } from '../../../src/convention/suggest-name.ts'
import type { ClusterAccess, ClusterTls } from './cluster-access.ts'
import { toCredentials } from './credentials.ts'
import { type KubeconfigEntry, readKubeconfig } from './kubeconfig-file.ts'

/** The context that stands for the cluster this process runs in, with its pod's own account. */
const IN_CLUSTER = 'in-cluster'

const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads how the cluster of `context` is reached. The kubeconfig's current context never counts, and
 * there is no default address.
 *
 * Rejects with SERVICEX_KUBECONFIG_INVALID when there is no such context, or it lacks something.
 */
export async function readClusterAccess(context: string, env: Environment): Promise<ClusterAccess> {
  if (context === IN_CLUSTER) return readInCluster(env)
  const config = await readKubeconfig(env)
  const entry = config.contexts.get(context)
  if (entry === undefined) throw unknownContext(context, config)
  const cluster = config.clusters.get(String(entry.value['cluster']))
  const user = config.users.get(String(entry.value['user']))
  const server = cluster?.value['server']
  const isUsable = typeof server === 'string' && /^https?:\/\//.test(server) && URL.canParse(server)
  if (cluster === undefined || !isUsable)
    throw invalid(
      `the context ${context} names the cluster ${String(entry.value['cluster'])}, which has no usable server`,
    )
  const tls = await readTls(cluster, user)
  const proxyUrl = readProxyUrl(context, cluster)
  return {
    context,
    server: new URL(server),
    tls,
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    credentials: toCredentials(user),
  }
}

/** One that could not be used is never passed by: the way around it may lead to another server. */
function readProxyUrl(context: string, { value }: KubeconfigEntry): string | undefined {
  const proxyUrl = value['proxy-url']
  if (proxyUrl === undefined || proxyUrl === null || proxyUrl === '') return undefined
  const isUsable =
    typeof proxyUrl === 'string' && /^https?:\/\//.test(proxyUrl) && URL.canParse(proxyUrl)
  if (isUsable) return proxyUrl
  throw invalid(`the proxy-url of the context ${context} is no address of an http or https proxy`)
}

async function readTls(
  cluster: KubeconfigEntry,
  user: KubeconfigEntry | undefined,
): Promise<ClusterTls> {
  const [ca, cert, key] = await Promise.all([
    readPem(cluster, 'certificate-authority'),
    readPem(user, 'client-certificate'),
    readPem(user, 'client-key'),
  ])
  const serverName = cluster.value['tls-server-name']
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(typeof serverName === 'string' ? { serverName } : {}),
    ...(cluster.value['insecure-skip-tls-verify'] === true ? { isInsecure: true } : {}),
  }
}

/** What stands in the file in base64 wins over the file it names. Source: client-go. */
async function readPem(
  entry: KubeconfigEntry | undefined,
  field: string,
): Promise<string | undefined> {
  const data = entry?.value[`${field}-data`]
  if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8')
  const path = entry?.value[field]
  if (entry === undefined || typeof path !== 'string' || path === '') return undefined
  const absolute = isAbsolute(path) ? path : resolve(entry.folder, path)
  try {
    return await readFile(absolute, 'utf8')
  } catch (cause) {
    throw invalid(`${field} ${absolute} cannot be read`, cause)
  }
}

/** Source: Kubernetes, accessing the API from a pod. */
async function readInCluster(env: Environment): Promise<ClusterAccess> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env
  if (host === '') throw invalid(`the context is ${IN_CLUSTER}, and this is no pod`)
  const ca = await readFile(`${ACCOUNT_FOLDER}/ca.crt`, 'utf8').catch((cause: unknown) => {
    throw invalid('the account of this pod cannot be read', cause)
  })
  return {
    context: IN_CLUSTER,
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    tls: { ca },
    credentials: { kind: 'token-file', path: `${ACCOUNT_FOLDER}/token` },
  }
}

function unknownContext(
  context: string,
  { files, contexts }: Awaited<ReturnType<typeof readKubeconfig>>,
): ServicexError {
  const names = [...contexts.keys()]
  const suggestion = suggestName(context, names)
  const hint = suggestion === undefined ? '' : ` — did you mean ${suggestion}?`
  return new ServicexError('SERVICEX_KUBECONFIG_INVALID', {
    summary: `no kubeconfig has the context ${JSON.stringify(context)}${hint}`,
    details: [
      files.length === 0 ? 'there is no kubeconfig' : `looked in ${files.join(', ')}`,
      ...(names.length === 0 ? [] : [`contexts: ${names.join(', ')}`]),
    ],
    fix: 'add the context to your kubeconfig, or correct it in package.json#servicex',
  })
}

function invalid(summary: string, cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_KUBECONFIG_INVALID', {
    summary,
    fix: 'correct the kubeconfig',
    ...(cause === undefined ? {} : { cause }),
  })
}
