import { WEB_PROCESS } from '../../../src/convention/names.ts'
import { HTTP_PORT_NAME } from '../manifests/container.ts'
import type { Scaffold, ScaffoldInput } from './scaffold.ts'

/** Gives what makes `web` reachable from outside, and lets the traffic in. */
export function planIngress({ description, name, options }: ScaffoldInput): Scaffold {
  const host = options.host ?? name ?? `${description.name}.example.com`
  const backend = { service: { name: WEB_PROCESS, port: { name: HTTP_PORT_NAME } } }
  return {
    file: 'ingress.yaml',
    comment: [
      `Makes ${description.name} reachable from outside of the cluster as ${host}.`,
      `The same in service.ts: ingress: { hosts: ['${host}'] }`,
    ],
    manifests: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: WEB_PROCESS },
        spec: {
          rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
        },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: `${WEB_PROCESS}-ingress` },
        spec: {
          podSelector: {},
          policyTypes: ['Ingress'],
          ingress: [{ ports: [{ port: HTTP_PORT_NAME, protocol: 'TCP' }] }],
        },
      },
    ],
  }
}
