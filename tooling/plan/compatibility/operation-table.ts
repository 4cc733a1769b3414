import {
  SNAPSHOT_METHODS,
  type Snapshot,
  type SnapshotMethod,
  type SnapshotOperation,
} from '../../../src/convention/snapshot.ts'

/** An operation, and where it stands in its snapshot. */
export interface PlacedOperation {
  readonly id: string
  readonly method: SnapshotMethod
  readonly path: string
  readonly operation: SnapshotOperation
}

/** Gives the operations of a snapshot by name. */
export function toOperationTable({ paths }: Snapshot): ReadonlyMap<string, PlacedOperation> {
  const placed = Object.entries(paths).flatMap(([path, methods]) =>
    SNAPSHOT_METHODS.flatMap((method): readonly PlacedOperation[] => {
      const operation = methods[method]
      return operation === undefined ? [] : [{ id: operation.operationId, method, path, operation }]
    }),
  )
  return new Map(placed.map((entry) => [entry.id, entry]))
}

/** Gives a path with its parameters numbered: their names are not on the wire. */
export function toWirePath(path: string): string {
  let count = 0
  return path.replaceAll(/\{[^}]*\}/g, () => `{${(count += 1)}}`)
}
