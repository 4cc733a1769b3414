import { WEB_PROCESS } from '../../../src/convention/names.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { HTTP_PORT_NAME } from './container.ts'
import { toHttpRoute } from './http-route.ts'
import type { Manifest } from './manifest.ts'
import type { ManifestInput } from './manifest-input.ts'
import { toAppMetadata } from './metadata.ts'

/** Gives the Ingress, or the HTTPRoute where the environment has a Gateway; nothing when none is declared. */
export function toIngress(input: ManifestInput): Manifest[] {
  const { ingress } = input.description
  if (ingress === undefined) return []
  const hosts = toHosts(input)
  if (hosts.length === 0) return []
  const gateway = input.settings.ingress?.gateway
  if (gateway !== undefined) return [toHttpRoute(input, { hosts, paths: ingress.paths, gateway })]
  return [toClassicIngress(input, hosts, ingress.paths)]
}

/**
 * Gives the host names of the app in this environment; none where the declaration names other
 * environments only. Throws SERVICEX_INGRESS_HOST_MISSING where neither it nor the settings name one.
 */
function toHosts({ description, environment, settings }: ManifestInput): readonly string[] {
  const declared = description.ingress?.hosts
  if (declared !== undefined) {
    return isList(declared) ? declared : (declared[environment] ?? [])
  }
  const domain = settings.ingress?.domain
  if (domain !== undefined) return [`${description.name}.${domain}`]
  throw new ServicexError('SERVICEX_INGRESS_HOST_MISSING', {
    summary: `${description.name} declares an ingress, and nothing says its host in ${environment}`,
    details: ['the declaration has no ingress.hosts, and the environment no domain'],
    fix: `set environments.${environment}.ingress.domain in package.json#servicex, or ingress.hosts in service.ts`,
  })
}

function isList(hosts: readonly string[] | object): hosts is readonly string[] {
  return Array.isArray(hosts)
}

function toClassicIngress(
  input: ManifestInput,
  hosts: readonly string[],
  paths: readonly string[],
): Manifest {
  const settings = input.settings.ingress ?? {}
  const metadata = toAppMetadata(input, WEB_PROCESS)
  const backend = { service: { name: WEB_PROCESS, port: { name: HTTP_PORT_NAME } } }
  const http = { paths: paths.map((path) => ({ path, pathType: 'Prefix', backend })) }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...settings.annotations } },
    spec: {
      ...(settings.class === undefined ? {} : { ingressClassName: settings.class }),
      ...(settings.tlsSecret === undefined
        ? {}
        : { tls: [{ hosts, secretName: settings.tlsSecret }] }),
      rules: hosts.map((host) => ({ host, http })),
    },
  }
}
