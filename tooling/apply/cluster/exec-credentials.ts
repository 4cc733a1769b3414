import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { ClusterAccess, ExecPlugin } from '../../parse/kubeconfig/cluster-access.ts'

/** What a credential plugin gave. */
export interface ExecCredential {
  readonly token?: string
  readonly cert?: string
  readonly key?: string
  /** Milliseconds since 1970; absent for what does not expire. */
  readonly expiresAtMs?: number
}

const TIMEOUT_MS = 60_000

/**
 * Runs a credential plugin, without a shell, and reads what it gives. Rejects with
 * SERVICEX_CLUSTER_CREDENTIALS when it is not there, fails, or gives something else; its output is not shown.
 */
export async function readExecCredential(
  plugin: ExecPlugin,
  access: ClusterAccess,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ExecCredential> {
  const isInteractive = plugin.interactive !== 'Never' && process.stdin.isTTY
  const child = spawn(plugin.command, plugin.args, {
    env: {
      ...env,
      ...plugin.env,
      KUBERNETES_EXEC_INFO: toExecInfo(plugin, access, isInteractive),
    },
    stdio: [isInteractive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    timeout: TIMEOUT_MS,
    windowsHide: true,
  })
  const [output, code] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    }),
  ]).catch((cause: unknown) => {
    throw failed(plugin, `cannot be started: ${messageOf(cause)}`)
  })
  if (code !== 0) throw failed(plugin, `ended with ${code ?? 'a signal'}`)
  return toCredential(output, plugin)
}

/** Source: Kubernetes, client.authentication.k8s.io ExecCredential. */
function toExecInfo(plugin: ExecPlugin, access: ClusterAccess, interactive: boolean): string {
  const { server, tls } = access
  const cluster = {
    server: server.href.replace(/\/$/, ''),
    ...(tls.ca === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(tls.ca).toString('base64') }),
    ...(tls.serverName === undefined ? {} : { 'tls-server-name': tls.serverName }),
    ...(tls.isInsecure === true ? { 'insecure-skip-tls-verify': true } : {}),
    ...(access.proxyUrl === undefined ? {} : { 'proxy-url': access.proxyUrl }),
  }
  return JSON.stringify({
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive, ...(plugin.providesClusterInfo ? { cluster } : {}) },
  })
}

function toCredential(output: string, plugin: ExecPlugin): ExecCredential {
  let status: Readonly<Record<string, unknown>>
  try {
    const parsed = JSON.parse(output) as { readonly status?: Readonly<Record<string, unknown>> }
    status = parsed.status ?? {}
  } catch {
    throw failed(plugin, 'gave no JSON')
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = status
  const expiresAtMs = Date.parse(String(expirationTimestamp))
  const credential: ExecCredential = {
    ...(typeof token === 'string' ? { token } : {}),
    ...(typeof clientCertificateData === 'string' ? { cert: clientCertificateData } : {}),
    ...(typeof clientKeyData === 'string' ? { key: clientKeyData } : {}),
    ...(Number.isNaN(expiresAtMs) ? {} : { expiresAtMs }),
  }
  if (credential.token === undefined && credential.cert === undefined)
    throw failed(plugin, 'gave neither a token nor a certificate')
  return credential
}

function failed(plugin: ExecPlugin, reason: string): ServicexError {
  return new ServicexError('SERVICEX_CLUSTER_CREDENTIALS', {
    summary: `the credential plugin ${plugin.command} ${reason}`,
    details: plugin.installHint === undefined ? [] : [plugin.installHint.trim()],
    fix: 'log in again, or install the plugin that your kubeconfig names',
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
