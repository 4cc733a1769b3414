import type { Manifest } from '../../../tooling/plan/manifests/manifest.ts'

interface Container {
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean
    readonly privileged?: boolean
    readonly runAsNonRoot?: boolean
    readonly runAsUser?: number
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] }
    readonly seccompProfile?: { readonly type?: string }
  }
  readonly ports?: readonly { readonly hostPort?: number }[]
}

interface PodSpec {
  readonly containers: readonly Container[]
  readonly securityContext?: Container['securityContext']
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly volumes?: readonly object[]
}

const VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
])

/** Lists what breaks the profile `restricted`. Source: Kubernetes, Pod Security Standards. */
export function restrictedBreaches(manifest: Manifest): string[] {
  const pod = findPod(manifest['spec'])
  if (pod === undefined) return []
  const ofPod = [
    pod.hostNetwork === true || pod.hostPID === true || pod.hostIPC === true ? 'host' : undefined,
    (pod.volumes ?? []).every((volume) =>
      Object.keys(volume).every((key) => key === 'name' || VOLUMES.has(key)),
    )
      ? undefined
      : 'volumes',
  ]
  return [...ofPod, ...pod.containers.flatMap((container) => breachesOf(container, pod))].filter(
    (breach) => breach !== undefined,
  )
}

function breachesOf({ securityContext: own = {}, ports = [] }: Container, pod: PodSpec) {
  const shared = pod.securityContext ?? {}
  const seccomp = own.seccompProfile?.type ?? shared.seccompProfile?.type
  return [
    own.privileged === true ? 'privileged' : undefined,
    own.allowPrivilegeEscalation === false ? undefined : 'allowPrivilegeEscalation',
    (own.runAsNonRoot ?? shared.runAsNonRoot) === true ? undefined : 'runAsNonRoot',
    (own.runAsUser ?? shared.runAsUser) === 0 ? 'runAsUser' : undefined,
    own.capabilities?.drop?.includes('ALL') === true ? undefined : 'capabilities.drop',
    own.capabilities?.add?.some((name) => name !== 'NET_BIND_SERVICE')
      ? 'capabilities.add'
      : undefined,
    ['RuntimeDefault', 'Localhost'].includes(seccomp ?? '') ? undefined : 'seccompProfile',
    ports.some(({ hostPort }) => hostPort !== undefined) ? 'hostPort' : undefined,
  ]
}

function findPod(spec: unknown): PodSpec | undefined {
  if (typeof spec !== 'object' || spec === null) return undefined
  const { containers, template, jobTemplate } = spec as Record<string, { spec?: unknown }>
  if (Array.isArray(containers)) return spec as PodSpec
  return findPod(template?.spec ?? jobTemplate?.spec)
}
