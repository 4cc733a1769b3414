import { isName } from '../../../src/convention/names.ts'
import { operationsOf, type PlacedOperation } from '../../../src/convention/service-plan.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { Snapshot } from '../../../src/convention/snapshot.ts'

/** Names that cannot be those of an operation: they mean something else on the object a client is. */
const TAKEN = new Set(
  'then catch finally constructor prototype toString toJSON valueOf service calls fail'.split(' '),
)
const OPERATION = /^[A-Za-z][A-Za-z0-9]*$/
const REPLIES = new Set(['json', 'page', 'events', 'file', 'empty'])
const REQUESTS = new Set(['none', 'json', 'file'])
const IDEMPOTENCIES = new Set(['safe', 'idempotent', 'key', 'none'])

/**
 * Reads a parsed document as a snapshot. What comes from elsewhere becomes names of files and code:
 * everything that does is looked at here. Throws SERVICEX_SNAPSHOT_INVALID with every finding.
 */
export function toCheckedSnapshot(document: unknown, source: string): Snapshot {
  const problems = findProblems(document)
  if (problems.length === 0) return document as Snapshot
  throw new ServicexError('SERVICEX_SNAPSHOT_INVALID', {
    summary: `${source} is no snapshot that servicex can read`,
    details: problems.slice(0, 20),
    fix: 'give what toSnapshot() of servicex/contract gives, or what the service serves at /openapi.json',
  })
}

function findProblems(document: unknown): readonly string[] {
  if (!isRecord(document)) return ['it is no JSON object']
  const facts = document['x-servicex']
  if (!isRecord(facts) || !isRecord(facts['service']))
    return ['x-servicex is absent: the document is not of a contract of servicex']
  if (facts['snapshot'] !== 1)
    return ['x-servicex.snapshot is not 1: this servicex is too old for the snapshot; update it']
  const { name, namespace, port } = facts['service']
  const problems = [
    ...(isNameText(name) ? [] : ['x-servicex.service.name is no DNS-1123 label']),
    ...(isNameText(namespace) ? [] : ['x-servicex.service.namespace is no DNS-1123 label']),
    ...(Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536
      ? []
      : ['x-servicex.service.port is no port']),
    ...(isRecord(document['paths']) ? [] : ['paths is absent']),
  ]
  if (problems.length > 0) return problems
  return findOperationsProblems(document as unknown as Snapshot)
}

function findOperationsProblems(snapshot: Snapshot): readonly string[] {
  const malformed = Object.entries(snapshot.paths).filter(([, methods]) => !isRecord(methods))
  if (malformed.length > 0) return malformed.map(([path]) => `paths ${shown(path)} is no object`)
  const operations = operationsOf(snapshot)
  const names = operations.map(({ operation }) => operation.operationId)
  return [
    ...operations.flatMap(findOperationProblems),
    ...names
      .filter((name, index) => names.indexOf(name) < index)
      .map((name) => `operation ${shown(name)} stands there twice`),
  ]
}

function findOperationProblems({ path, operation }: PlacedOperation): readonly string[] {
  const name: unknown = operation.operationId
  if (typeof name !== 'string' || !OPERATION.test(name) || TAKEN.has(name))
    return [`${shown(path)}: operationId ${shown(name)} is no name of an operation`]
  const facts: unknown = operation['x-servicex']
  if (!isRecord(facts)) return [`${name}: x-servicex is absent`]
  const parameters: unknown = operation.parameters ?? []
  return [
    ...(/^\/[\x21-\x7e]*$/.test(path) && !/[?#\\]|\/\.{1,2}(?:\/|$)/.test(path)
      ? []
      : [`${name}: path ${shown(path)} is none`]),
    ...(REQUESTS.has(String(facts['request'])) ? [] : [`${name}: request is not known`]),
    ...(REPLIES.has(String(facts['reply'])) ? [] : [`${name}: reply is not known`]),
    ...(IDEMPOTENCIES.has(String(facts['idempotency']))
      ? []
      : [`${name}: idempotency is not known`]),
    ...(Number.isInteger(facts['status']) ? [] : [`${name}: status is absent`]),
    ...(isRecord(facts['errors'])
      ? findErrorProblems(name, facts['errors'])
      : [`${name}: errors is absent`]),
    ...(Array.isArray(parameters) && parameters.every(isParameter)
      ? []
      : [`${name}: a parameter is none`]),
  ]
}

function findErrorProblems(name: string, errors: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(errors)
    .filter(
      ([code, error]) =>
        !/^\w+$/.test(code) || !isRecord(error) || !Number.isInteger(error['status']),
    )
    .map(([code]) => `${name}: error ${shown(code)} is none`)
}

function isParameter(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    ['path', 'query', 'header'].includes(String(value['in'])) &&
    isRecord(value['schema'])
  )
}

function isNameText(value: unknown): boolean {
  return typeof value === 'string' && isName(value)
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 60)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
