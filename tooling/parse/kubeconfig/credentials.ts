import { isAbsolute, resolve } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { ClusterCredentials, ExecPlugin } from './cluster-access.ts'
import type { KubeconfigEntry } from './kubeconfig-file.ts'

/** Gives as whom the user of a kubeconfig makes requests. Throws SERVICEX_KUBECONFIG_INVALID for a way that Kubernetes has given up. */
export function toCredentials(user: KubeconfigEntry | undefined): ClusterCredentials {
  if (user === undefined) return { kind: 'none' }
  const { token, tokenFile, username, password, exec, 'auth-provider': legacy } = user.value
  if (isRecord(exec)) return { kind: 'exec', plugin: toPlugin(exec, user.folder) }
  if (typeof token === 'string' && token !== '') return { kind: 'token', token }
  if (typeof tokenFile === 'string' && tokenFile !== '')
    return { kind: 'token-file', path: toPath(tokenFile, user.folder) }
  if (typeof username === 'string' && typeof password === 'string')
    return { kind: 'basic', username, password }
  if (legacy !== undefined)
    throw invalid(
      'its user has an auth-provider, which Kubernetes removed in 1.26',
      'log in with a credential plugin (`exec` in the kubeconfig), as kubelogin or gke-gcloud-auth-plugin',
    )
  return { kind: 'none' }
}

function toPlugin(exec: Readonly<Record<string, unknown>>, folder: string): ExecPlugin {
  const { command, args, env, apiVersion, installHint, interactiveMode } = exec
  if (typeof command !== 'string' || command === '' || typeof apiVersion !== 'string')
    throw invalid('its user has a credential plugin without a command or an apiVersion')
  const variables = (Array.isArray(env) ? (env as unknown[]) : []).flatMap((entry) => {
    const { name, value } = (entry ?? {}) as { readonly name?: unknown; readonly value?: unknown }
    return typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : []
  })
  return {
    // A bare name is looked for on the PATH, a path starts from the kubeconfig. Source: client-go.
    command: command.includes('/') ? toPath(command, folder) : command,
    args: (Array.isArray(args) ? (args as unknown[]) : []).map(String),
    env: Object.fromEntries(variables),
    apiVersion,
    ...(typeof installHint === 'string' ? { installHint } : {}),
    providesClusterInfo: exec['provideClusterInfo'] === true,
    interactive:
      interactiveMode === 'Never' || interactiveMode === 'Always' ? interactiveMode : 'IfAvailable',
  }
}

function toPath(path: string, folder: string): string {
  return isAbsolute(path) ? path : resolve(folder, path)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function invalid(reason: string, fix = 'correct the kubeconfig'): ServicexError {
  return new ServicexError('SERVICEX_KUBECONFIG_INVALID', {
    summary: `the kubeconfig cannot be used: ${reason}`,
    fix,
  })
}
