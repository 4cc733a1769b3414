/** A document, and the commit or version it was read at. */
export interface SourceDocument {
  readonly text: string
  /** Absent where the source has none: a file, an address. */
  readonly revision?: string
}

/**
 * Somewhere a snapshot can be read: a file, an address, a git repository, a package; an image, or
 * what runs in a cluster. Each is one such object.
 */
export interface SnapshotSource {
  /** How it is written in a contract file, to be read again. */
  readonly name: string
  /** Rejects with SERVICEX_SNAPSHOT_INVALID when there is nothing to read. */
  read(): Promise<SourceDocument>
}

/** The most bytes of a snapshot: 300 operations take 1 MB. */
export const SNAPSHOT_MAX_BYTES = 20_971_520

/** Where a package or a repository has its snapshot, unless a path is given. */
export const SNAPSHOT_PATH = 'contract.json'
