import { WEB_PROCESS } from '../../../src/convention/names.ts'
import type { IngressSettings } from '../../parse/environment-settings.ts'
import type { Manifest } from './manifest.ts'
import type { ManifestInput } from './manifest-input.ts'
import { toAppMetadata } from './metadata.ts'

/** What a route needs besides the app. */
export interface RouteParts {
  readonly hosts: readonly string[]
  readonly paths: readonly string[]
  readonly gateway: NonNullable<IngressSettings['gateway']>
}

/** Gives the HTTPRoute that attaches the app to the environment's Gateway. Source: Gateway API v1. */
export function toHttpRoute(input: ManifestInput, { hosts, paths, gateway }: RouteParts): Manifest {
  const { section, ...reference } = gateway
  const metadata = toAppMetadata(input, WEB_PROCESS)
  const annotations = { ...metadata.annotations, ...input.settings.ingress?.annotations }
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { ...metadata, annotations },
    spec: {
      parentRefs: [section === undefined ? reference : { ...reference, sectionName: section }],
      hostnames: hosts,
      rules: [
        {
          matches: paths.map((value) => ({ path: { type: 'PathPrefix', value } })),
          backendRefs: [{ name: WEB_PROCESS, port: 80 }],
        },
      ],
    },
  }
}
