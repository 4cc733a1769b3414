import type { ManifestObject } from '../../parse/facts/repository-facts.ts'

/** A mapping of a manifest, of which nothing is known. */
export type Mapping = Readonly<Record<string, unknown>>

/** Gives the mapping at a path of keys; an empty one where there is none. */
export function mappingAt(value: unknown, ...keys: readonly string[]): Mapping {
  let current: unknown = value
  for (const key of keys) current = isMapping(current) ? current[key] : undefined
  return isMapping(current) ? current : {}
}

/** Gives the list at a path of keys; an empty one where there is none. */
export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const last = keys.at(-1) ?? ''
  const list = mappingAt(value, ...keys.slice(0, -1))[last]
  return Array.isArray(list) ? (list as unknown[]) : []
}

/** Gives the pod an object makes: that of a Deployment, a Job, a CronJob or a Pod. */
export function podOf({ object }: ManifestObject): Mapping | undefined {
  const { kind } = object
  if (kind === 'Pod') return mappingAt(object, 'spec')
  if (kind === 'CronJob')
    return mappingAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
  const hasTemplate = isMapping(mappingAt(object, 'spec')['template'])
  return hasTemplate ? mappingAt(object, 'spec', 'template', 'spec') : undefined
}

/** Gives the containers of a pod, those that run before the others too. */
export function containersOf(pod: Mapping): readonly Mapping[] {
  return ['initContainers', 'containers', 'ephemeralContainers']
    .flatMap((key) => listAt(pod, key))
    .filter(isMapping)
}

/** Gives an object's name as a person knows it: `Deployment/web`. */
export function titleOf({ object }: ManifestObject): string {
  return `${text(object['kind'])}/${text(mappingAt(object, 'metadata')['name'])}`
}

/** Gives a value that should be a text. */
export function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : value === undefined
      ? ''
      : (JSON.stringify(value) ?? '')
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
