import type { ProcessDeclaration, ReplicaRange } from '../config/process-declaration.ts'
import type {
  ProcessDescription,
  ReplicasDescription,
  ResourcesDescription,
} from '../convention/description.ts'
import { WEB_PROCESS } from '../convention/names.ts'
import { APP_PORT } from '../convention/ports.ts'

/** What a pod asks for when its declaration says nothing: enough for a Node process with all of servicex. */
const REQUESTS = { cpu: '100m', memory: '256Mi' } as const

/** Memory only: a limit of CPU throttles the event loop, and every request with it. */
const LIMITS = { memory: '512Mi' } as const

const CPU_PERCENT = 70

/** Two, so that one pod can be lost or moved while the service goes on. */
const SERVING_REPLICAS = 2

/** Gives the description of one process, with its defaults. */
export function toProcessDescription(
  name: string,
  declared: ProcessDeclaration,
): ProcessDescription {
  const { entrypoint, schedule, timeZone } = declared
  const command = toCommand(declared)
  const shared = {
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(command === undefined ? {} : { command }),
    resources: toResources(declared),
  }
  if (schedule !== undefined) {
    return { kind: 'cronjob', ...shared, schedule, timeZone: timeZone ?? 'Etc/UTC' }
  }
  const port = declared.port ?? (name === WEB_PROCESS ? APP_PORT : false)
  return {
    kind: 'deployment',
    ...shared,
    ...(port === false ? {} : { port }),
    replicas: toReplicas(declared.replicas ?? (port === false ? 1 : SERVING_REPLICAS)),
  }
}

/** An entrypoint starts as the image's own does: with the hooks that real ES modules need. */
function toCommand({ command, entrypoint }: ProcessDeclaration): readonly string[] | undefined {
  if (command !== undefined || entrypoint === undefined) return command
  const path = entrypoint.replace(/^(?:\.\/)+/, '')
  return ['node', '--import', 'servicex/register', `./${path}`]
}

/** Who asks for more memory than the default limit is limited to what he asks for. */
function toResources({ resources = {} }: ProcessDeclaration): ResourcesDescription {
  const { requests = {}, limits = {} } = resources
  const memory = requests.memory ?? LIMITS.memory
  return { requests: { ...REQUESTS, ...requests }, limits: { memory, ...limits } }
}

function toReplicas(replicas: number | ReplicaRange): ReplicasDescription {
  if (typeof replicas === 'number') return { min: replicas, max: replicas }
  const { min, max, memoryPercent, cpuPercent } = replicas
  const byCpu = cpuPercent ?? (memoryPercent === undefined ? CPU_PERCENT : undefined)
  return {
    min,
    max,
    ...(byCpu === undefined ? {} : { cpuPercent: byCpu }),
    ...(memoryPercent === undefined ? {} : { memoryPercent }),
  }
}
