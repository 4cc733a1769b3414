import { containersOf, mappingAt, type Mapping, podOf, text, titleOf } from './manifest.ts'
import type { Breach, Rule } from './rule.ts'

/** Every pod has probes and requests, and may do no more than it needs. */
export const podHardened: Rule = {
  id: 'pod-hardened',
  sentence: 'Pods keep their probes and their requests, run as no root and may do nothing special.',
  reason:
    'Without probes a broken pod gets traffic, without requests it starves its neighbours, as root a hole in it is one in the node.',
  fix: 'delete these lines from the override; what is derived has them right',
  severity: 'error',
  severityIn: { sandbox: 'warning' },
  maxExceptionDays: 60,
  check: ({ manifests }) =>
    manifests.flatMap((manifest) => {
      const pod = podOf(manifest)
      if (pod === undefined) return []
      return [
        ...podProblems(pod),
        ...containersOf(pod).flatMap((container) => containerProblems(container)),
      ].map((what): Breach => ({ what: `${titleOf(manifest)} ${what}`, path: manifest.path }))
    }),
}

const HOST_KEYS = ['hostNetwork', 'hostPID', 'hostIPC'] as const

function podProblems(pod: Mapping): readonly string[] {
  const security = mappingAt(pod, 'securityContext')
  return [
    ...HOST_KEYS.filter((key) => pod[key] === true).map((key) => `sets ${key}`),
    ...rootProblems(security),
  ]
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const

/** An override takes something away by setting it to null. */
function containerProblems(container: Mapping): readonly string[] {
  const name = text(container['name'])
  const security = mappingAt(container, 'securityContext')
  const added = mappingAt(security, 'capabilities')['add']
  const resources = container['resources']
  return [
    ...PROBES.filter((probe) => container[probe] === null).map(
      (probe) => `takes the ${probe} away`,
    ),
    ...(resources === null || mappingAt(container, 'resources')['requests'] === null
      ? ['takes the requests away']
      : []),
    ...rootProblems(security),
    ...(security['privileged'] === true ? ['is privileged'] : []),
    ...(security['allowPrivilegeEscalation'] === true ? ['may gain privileges'] : []),
    ...(security['readOnlyRootFilesystem'] === false ? ['may write its root file system'] : []),
    ...(Array.isArray(added) && added.length > 0 ? [`adds capabilities ${added.join(', ')}`] : []),
  ].map((what) => `(container ${name}) ${what}`)
}

function rootProblems(security: Mapping): readonly string[] {
  const isRoot = security['runAsNonRoot'] === false || security['runAsUser'] === 0
  return isRoot ? ['runs as root'] : []
}
