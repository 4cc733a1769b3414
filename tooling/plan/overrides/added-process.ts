import type { ProcessDescription } from '../../../src/convention/description.ts'
import type { Override } from '../../parse/overrides.ts'
import type { Manifest } from '../manifests/manifest.ts'
import type { ManifestInput } from '../manifests/manifest-input.ts'

/** What a process that is added in `kube/` asks for, when its file says nothing. */
const RESOURCES = {
  requests: { cpu: '100m', memory: '256Mi' },
  limits: { memory: '512Mi' },
} as const

/**
 * Gives `input` with the processes that files of `kube/` add: a Deployment or a CronJob of which a
 * container has no image runs the app's own. The file then only says what is its own.
 */
export function withAddedProcesses<Input extends Omit<ManifestInput, 'variables'>>(
  input: Input,
  overrides: readonly Override[],
): Input {
  const { description } = input
  const added = overrides.flatMap(({ value }) => toAddedProcess(value))
  const unknown = added.filter(([name]) => !Object.hasOwn(description.processes, name))
  const processes = { ...Object.fromEntries(unknown), ...description.processes }
  const names = new Set(unknown.map(([name]) => name))
  return { ...input, description: { ...description, processes }, addedProcesses: names }
}

function toAddedProcess(value: unknown): (readonly [string, ProcessDescription])[] {
  const { kind, metadata, spec } = (value ?? {}) as Partial<Manifest>
  const name = metadata?.name
  if (typeof name !== 'string') return []
  if (kind === 'Deployment' && runsTheApp((spec as Workload | undefined)?.template))
    return [
      [name, { kind: 'deployment', resources: RESOURCES, replicas: { min: 1, max: 1 } }] as const,
    ]
  const job = spec as { readonly jobTemplate?: { readonly spec?: Workload } } | undefined
  if (kind === 'CronJob' && runsTheApp(job?.jobTemplate?.spec?.template))
    return [[name, { kind: 'cronjob', resources: RESOURCES, schedule: '', timeZone: 'Etc/UTC' }]]
  return []
}

interface Workload {
  readonly template?: { readonly spec?: { readonly containers?: unknown } }
}

function runsTheApp(template: Workload['template']): boolean {
  const containers = template?.spec?.containers
  if (!Array.isArray(containers)) return false
  return containers.some(
    (container) => (container as { image?: unknown } | null)?.image === undefined,
  )
}
