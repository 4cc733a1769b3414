import { operationsOf } from '../../../src/convention/service-plan.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { JsonSchema, Snapshot, SnapshotPath } from '../../../src/convention/snapshot.ts'
import { nameOfReference } from './reference.ts'

/**
 * Gives the snapshot of some operations alone, with the schemas that they refer to; of all when
 * `names` is absent. Throws SERVICEX_USAGE for a name that is no operation.
 */
export function pickOperations(snapshot: Snapshot, names: readonly string[] | undefined): Snapshot {
  const all = operationsOf(snapshot).map(({ operation }) => operation.operationId)
  const unknown = (names ?? []).filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new ServicexError('SERVICEX_USAGE', {
      summary: `${snapshot['x-servicex'].service.name} has no operation ${unknown.map((name) => JSON.stringify(name)).join(', ')}`,
      details: [`it has ${all.join(', ')}`],
      fix: 'correct --ops',
    })
  const paths = pickPaths(snapshot, new Set(names ?? all))
  return { ...snapshot, paths, components: { schemas: pickSchemas(snapshot, paths) } }
}

function pickPaths(snapshot: Snapshot, names: ReadonlySet<string>): Snapshot['paths'] {
  const picked = Object.entries(snapshot.paths).map(([path, methods]): [string, SnapshotPath] => [
    path,
    Object.fromEntries(
      Object.entries(methods).filter(([, operation]) => names.has(operation.operationId)),
    ),
  ])
  return Object.fromEntries(picked.filter(([, methods]) => Object.keys(methods).length > 0))
}

function pickSchemas(snapshot: Snapshot, paths: Snapshot['paths']): Record<string, JsonSchema> {
  const kept = reachableSchemas(snapshot, paths)
  const all = Object.entries(snapshot.components.schemas)
  return Object.fromEntries(all.filter(([name]) => kept.has(name)))
}

/** Gives the names of the schemas that `value`, any part of a snapshot, refers to, however far. */
export function reachableSchemas(snapshot: Snapshot, value: unknown): ReadonlySet<string> {
  const reached = new Set<string>()
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    const name = nameOfReference((part as { $ref?: unknown }).$ref)
    if (name !== undefined && !reached.has(name)) {
      reached.add(name)
      visit(snapshot.components.schemas[name])
    }
    for (const member of Object.values(part)) visit(member)
  }
  visit(value)
  return reached
}
