import { isName, MAX_NAME_LENGTH, RESERVED_NAMES } from '../convention/names.ts'
import type { ServiceDeclaration, ShutdownDeclaration } from './declaration.ts'
import { isCommand } from './is-command.ts'
import { toProcessProblems } from './process-problems.ts'
import { toReachProblems } from './reach-problems.ts'

const FIELDS: Readonly<Record<keyof ServiceDeclaration, true>> = {
  name: true,
  env: true,
  secrets: true,
  serves: true,
  uses: true,
  callers: true,
  egress: true,
  processes: true,
  ingress: true,
  release: true,
  shutdown: true,
}

const LISTS = ['secrets', 'uses', 'callers', 'egress'] as const
const RECORDS = ['processes', 'release', 'shutdown'] as const

/** Lists what breaks a rule in a declaration: one line a field, with its path, what it is and what was expected. */
export function toDeclarationProblems(declaration: ServiceDeclaration): string[] {
  const misshapen = shapeProblems(declaration)
  if (misshapen.length > 0) return misshapen
  return [
    ...nameProblems(declaration),
    ...Object.entries(declaration.processes ?? {}).flatMap(([name, process]) =>
      toProcessProblems(name, process),
    ),
    ...shutdownProblems(declaration.shutdown ?? {}),
    ...toReachProblems(declaration),
    ...releaseProblems(declaration),
    ...fieldProblems(declaration),
  ]
}

/** JavaScript lets a list be written as a word; nothing else is looked at then. */
function shapeProblems(declaration: ServiceDeclaration): string[] {
  const lists = LISTS.filter((field) => !isAbsentOr(Array.isArray, declaration[field]))
  const records = RECORDS.filter((field) => !isAbsentOr(isRecord, declaration[field]))
  return [
    ...lists.map((field) => `${field} is ${JSON.stringify(declaration[field])} — expected a list`),
    ...records.map(
      (field) => `${field} is ${JSON.stringify(declaration[field])} — expected an object`,
    ),
  ]
}

function isAbsentOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || is(value)
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameProblems({ name, processes, callers }: ServiceDeclaration): string[] {
  const names = [
    ...(name === undefined ? [] : [['name', name] as const]),
    ...Object.keys(processes ?? {}).map((process) => [`processes.${process}`, process] as const),
    ...(callers ?? []).map((caller, index) => [`callers.${index}`, caller] as const),
  ]
  const reserved =
    name !== undefined && RESERVED_NAMES.has(name)
      ? [`name is ${JSON.stringify(name)} — expected another: that namespace is the cluster's own`]
      : []
  return [
    ...names
      .filter(([, label]) => typeof label !== 'string' || !isName(label))
      .map(
        ([field, label]) =>
          `${field} is ${JSON.stringify(label)} — expected a-z, 0-9 and -, at most ${MAX_NAME_LENGTH} characters, so that it can name a namespace`,
      ),
    ...reserved,
  ]
}

function shutdownProblems(shutdown: ShutdownDeclaration): string[] {
  return Object.entries(shutdown)
    .filter(([, seconds]) => seconds !== undefined && !(Number.isFinite(seconds) && seconds >= 0))
    .map(
      ([field, seconds]) => `shutdown.${field} is ${String(seconds)} — expected seconds, 0 or more`,
    )
}

function releaseProblems({ release }: ServiceDeclaration): string[] {
  if (release === undefined) return []
  const { command, timeoutSeconds } = release
  return [
    ...(isCommand(command)
      ? []
      : [
          `release.command is ${JSON.stringify(command)} — expected words, as ["node", "dist/migrate.js"]`,
        ]),
    ...(timeoutSeconds === undefined || (Number.isInteger(timeoutSeconds) && timeoutSeconds > 0)
      ? []
      : [
          `release.timeoutSeconds is ${String(timeoutSeconds)} — expected whole seconds, 1 or more`,
        ]),
  ]
}

function fieldProblems(declaration: ServiceDeclaration): string[] {
  return Object.keys(declaration)
    .filter((field) => !Object.hasOwn(FIELDS, field))
    .map((field) => `${field} is no field — expected one of ${Object.keys(FIELDS).join(', ')}`)
}
