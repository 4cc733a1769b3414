import { ADMIN_PORT } from '../convention/ports.ts'
import { isCommand } from './is-command.ts'
import type {
  ComputeDeclaration,
  ProcessDeclaration,
  ReplicaRange,
  ResourcesDeclaration,
} from './process-declaration.ts'

const FIELDS: Readonly<Record<keyof ProcessDeclaration, true>> = {
  entrypoint: true,
  command: true,
  schedule: true,
  timeZone: true,
  port: true,
  replicas: true,
  resources: true,
}

/** The most pods a process may ask for: a slip of the finger is not to empty a cluster. */
const MAX_REPLICAS = 1000

/** A CronJob's name may have 52 characters, and a Service's is the process's and `-pods`. Source: Kubernetes, CronJob. */
const MAX_PROCESS_NAME_LENGTH = 52

/** Source: Kubernetes, apimachinery resource.Quantity, without exponents. */
const QUANTITY = /^\d+(?:\.\d+)?(?:m|k|[KMGTPE]i?)?$/

const CRON = /^(?:@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)|\S+(?: +\S+){4})$/

/** Lists what breaks a rule in one process of a declaration. */
export function toProcessProblems(name: string, process: ProcessDeclaration): string[] {
  const path = `processes.${name}`
  if (typeof process !== 'object' || process === null) {
    return [`${path} is ${JSON.stringify(process)} — expected an object`]
  }
  return [
    ...(name.length > MAX_PROCESS_NAME_LENGTH
      ? [`${path} has ${name.length} characters — expected at most ${MAX_PROCESS_NAME_LENGTH}`]
      : []),
    ...startProblems(path, process),
    ...portProblems(path, process),
    ...replicaProblems(`${path}.replicas`, process.replicas),
    ...resourceProblems(`${path}.resources`, process.resources ?? {}),
    ...Object.keys(process)
      .filter((field) => !Object.hasOwn(FIELDS, field))
      .map(
        (field) =>
          `${path}.${field} is no field — expected one of ${Object.keys(FIELDS).join(', ')}`,
      ),
  ]
}

function startProblems(path: string, process: ProcessDeclaration): string[] {
  const { entrypoint, command, schedule, timeZone } = process
  const problems: string[] = []
  if (entrypoint !== undefined && (typeof entrypoint !== 'string' || !isInside(entrypoint)))
    problems.push(
      `${path}.entrypoint is ${JSON.stringify(entrypoint)} — expected the path of a module in the package`,
    )
  if (command !== undefined && !isCommand(command))
    problems.push(
      `${path}.command is ${JSON.stringify(command)} — expected words, as ["node", "worker.js"]`,
    )
  if (command !== undefined && entrypoint !== undefined)
    problems.push(`${path} has a command and an entrypoint — expected one of them`)
  if (schedule !== undefined && !(typeof schedule === 'string' && CRON.test(schedule)))
    problems.push(
      `${path}.schedule is ${JSON.stringify(schedule)} — expected cron's five fields, as "0 4 * * *"`,
    )
  if (schedule === undefined && timeZone !== undefined)
    problems.push(`${path}.timeZone has no schedule beside it`)
  if (schedule !== undefined && process.replicas !== undefined)
    problems.push(`${path} has a schedule and replicas — expected one of them`)
  return problems
}

function isInside(entrypoint: string): boolean {
  return entrypoint !== '' && !/^[/-]|(?:^|\/)\.\.(?:\/|$)|\s/.test(entrypoint)
}

function portProblems(path: string, { port }: ProcessDeclaration): string[] {
  if (port === undefined || port === false) return []
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return [`${path}.port is ${JSON.stringify(port)} — expected 1–65535, or false for none`]
  return port === ADMIN_PORT
    ? [`${path}.port is ${port} — expected another: health and metrics are served there`]
    : []
}

function replicaProblems(path: string, replicas: number | ReplicaRange | undefined): string[] {
  if (replicas === undefined) return []
  const isCount = (count: unknown, least: number): boolean =>
    Number.isInteger(count) && Number(count) >= least && Number(count) <= MAX_REPLICAS
  if (typeof replicas !== 'object' || replicas === null)
    return isCount(replicas, 0)
      ? []
      : [`${path} is ${JSON.stringify(replicas)} — expected 0–${MAX_REPLICAS}, or { min, max }`]
  const { min, max, cpuPercent, memoryPercent } = replicas
  const shares = Object.entries({ cpuPercent, memoryPercent })
  return [
    ...(isCount(min, 1) && isCount(max, 1) && min <= max
      ? []
      : [`${path} is ${JSON.stringify(replicas)} — expected 1 ≤ min ≤ max ≤ ${MAX_REPLICAS}`]),
    ...shares
      .filter(([, share]) => share !== undefined && !isCount(share, 1))
      .map(([field, share]) => `${path}.${field} is ${String(share)} — expected a percentage`),
  ]
}

function resourceProblems(path: string, resources: ResourcesDeclaration): string[] {
  return Object.entries(resources).flatMap(([field, compute]) =>
    field === 'requests' || field === 'limits'
      ? quantityProblems(`${path}.${field}`, compute as ComputeDeclaration)
      : [`${path}.${field} is no field — expected requests or limits`],
  )
}

function quantityProblems(path: string, compute: ComputeDeclaration): string[] {
  return Object.entries(compute).flatMap(([field, quantity]) => {
    if (field !== 'cpu' && field !== 'memory')
      return [`${path}.${field} is no field — expected cpu or memory`]
    if (typeof quantity === 'string' && QUANTITY.test(quantity)) return []
    return [
      `${path}.${field} is ${JSON.stringify(quantity)} — expected a quantity, as "250m" or "256Mi"`,
    ]
  })
}
