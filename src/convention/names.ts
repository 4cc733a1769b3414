/** The longest name Kubernetes accepts for a namespace or a Service. Source: RFC 1123, section 2.1. */
export const MAX_NAME_LENGTH = 63

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/

/** Says whether `name` may name a service, a process or a namespace: a DNS-1123 label. */
export function isName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && DNS_LABEL.test(name)
}

/** Namespaces of a cluster's own: no service may be called so. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'default',
  'kube-node-lease',
  'kube-public',
  'kube-system',
])

/** What a service is called whose package gives it no name. */
const UNNAMED = 'unnamed-service'

/** Gives the service name a package name stands for: without its scope, lower case, other signs as `-`. */
export function toServiceName(packageName: string | undefined): string {
  const name = (packageName ?? '')
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, MAX_NAME_LENGTH)
    .replace(/-$/, '')
  return name === '' ? UNNAMED : name
}

/** The process that serves HTTP; its `service.name` is the app's own. */
export const WEB_PROCESS = 'web'

/** Gives `service.name` for one process of an app: the app for `web`, else `app-process`. */
export function toServiceProcessName(app: string, processName: string): string {
  return processName === WEB_PROCESS ? app : `${app}-${processName}`
}
