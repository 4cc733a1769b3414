/** The snapshot's types; they stand in `convention`, because the tool reads snapshots too. */
export type {
  JsonSchema,
  OperationFacts,
  Snapshot,
  SnapshotError,
  SnapshotFacts,
  SnapshotMedia,
  SnapshotMethod,
  SnapshotOperation,
  SnapshotParameter,
  SnapshotPath,
  SnapshotResponse,
  SnapshotService,
  UncheckedRule,
} from '../../convention/snapshot.ts'
