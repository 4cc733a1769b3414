import type { Snapshot, SnapshotMethod, SnapshotPath } from '../../convention/snapshot.ts'
import { SNAPSHOT_METHODS } from '../../convention/snapshot.ts'
import type { Contract } from './contract-types.ts'
import { type OperationModel, toOperationModels } from './operation-model.ts'
import { SchemaBook } from './schema-book.ts'
import { toSnapshotOperation } from './snapshot-operation.ts'
import { PROBLEM_SCHEMA } from './problem-schema.ts'

/**
 * Gives the snapshot of a contract: an OpenAPI 3.1 document. Equal contracts give equal snapshots,
 * in whatever order their operations and fields are declared.
 */
export function toSnapshot(contract: Contract): Snapshot {
  const { name, version, description, service } = contract
  const book = new SchemaBook({ Problem: PROBLEM_SCHEMA })
  const paths = toPaths(toOperationModels(contract), book)
  return {
    openapi: '3.1.0',
    info: {
      title: name,
      version: String(version),
      ...(description !== undefined && { description }),
    },
    paths,
    components: { schemas: book.schemas() },
    'x-servicex': { snapshot: 1, service: { ...service }, version },
  }
}

/** Gives the text of a snapshot's file: the same bytes for equal snapshots. */
export function toSnapshotText(snapshot: Snapshot): string {
  return `${JSON.stringify(snapshot, undefined, 2)}\n`
}

function toPaths(models: readonly OperationModel[], book: SchemaBook): Snapshot['paths'] {
  const paths = [...new Set(models.map(({ path }) => path))].toSorted()
  return Object.fromEntries(
    paths.map((path) => [
      path,
      toPath(
        models.filter((model) => model.path === path),
        book,
      ),
    ]),
  )
}

function toPath(models: readonly OperationModel[], book: SchemaBook): SnapshotPath {
  const operations = SNAPSHOT_METHODS.flatMap((method: SnapshotMethod) =>
    models
      .filter((model) => model.method.toLowerCase() === method)
      .map((model) => [method, toSnapshotOperation(model, book)] as const),
  )
  return Object.fromEntries(operations)
}
