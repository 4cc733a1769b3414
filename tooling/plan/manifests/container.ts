import { toConfigName, toSecretName } from '../../../src/convention/labels.ts'
import { toContainerEnv } from './container-env.ts'
import { isRunning, type ProcessInput } from './manifest-input.ts'
import { ADMIN_PORT_NAME, toProbes } from './probes.ts'

/** The name of the container port a process serves HTTP on. */
export const HTTP_PORT_NAME = 'http'

/** The one volume an app may write to. */
export const TMP_VOLUME = 'tmp'

/** What Pod Security's `restricted` profile asks of a container, and a root filesystem that nobody writes to. */
const SECURITY = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
}

/** Gives the container of a process. */
export function toContainer(input: ProcessInput): Record<string, unknown> {
  const { description, image, name, process } = input
  return {
    name,
    image,
    ...(process.command === undefined ? {} : { command: process.command }),
    env: toContainerEnv(input),
    envFrom: [
      { configMapRef: { name: toConfigName(description.name), optional: true } },
      { secretRef: { name: toSecretName(description.name), optional: true } },
    ],
    ports: toPorts(input),
    resources: process.resources,
    ...(isRunning(input) ? toProbes() : {}),
    securityContext: SECURITY,
    volumeMounts: [{ name: TMP_VOLUME, mountPath: '/tmp' }],
  }
}

function toPorts(input: ProcessInput): object[] {
  const { process, description } = input
  const port = process.kind === 'deployment' ? process.port : undefined
  return [
    ...(port === undefined ? [] : [toPort(HTTP_PORT_NAME, port)]),
    toPort(ADMIN_PORT_NAME, description.adminPort),
  ]
}

/** Source: server-side apply has `containerPort` and `protocol` as a port's key; without the latter it fails before 1.20. */
function toPort(name: string, containerPort: number): object {
  return { name, containerPort, protocol: 'TCP' }
}
