import { HTTP_PORT_NAME } from './container.ts'
import type { Manifest } from './manifest.ts'
import type { ProcessInput, ServingProcess } from './manifest-input.ts'
import { toProcessMetadata, toSelector } from './metadata.ts'

/** The port of `http://web.<app>`: no client needs to know where the process listens. */
const SERVICE_PORT = 80

/** Gives the Services of a process: one address, and one that resolves to its pods for clients that balance themselves. */
export function toServices(input: ProcessInput<ServingProcess>): Manifest[] {
  return [
    toService(input, { name: input.name, port: SERVICE_PORT }),
    toService(input, {
      name: toHeadlessName(input.name),
      port: input.process.port,
      clusterIP: 'None',
    }),
  ]
}

/** Gives the name that resolves to a process's pods. */
function toHeadlessName(process: string): string {
  return `${process}-pods`
}

interface ServiceParts {
  readonly name: string
  readonly port: number
  readonly clusterIP?: string
}

function toService(input: ProcessInput, { name, port, clusterIP }: ServiceParts): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: toProcessMetadata(input, name),
    spec: {
      ...(clusterIP === undefined ? {} : { clusterIP }),
      selector: toSelector(input),
      // `protocol` is a part of the key by which server-side apply merges ports.
      ports: [{ name: HTTP_PORT_NAME, port, protocol: 'TCP', targetPort: HTTP_PORT_NAME }],
    },
  }
}
