import { join } from 'node:path'
import type { Snapshot } from '../../src/convention/snapshot.ts'
import { CLIENTS_FOLDER, readContractFiles } from '../parse/client/read-clients.ts'
import { toCheckedSnapshot } from '../plan/client/check-snapshot.ts'
import type { ClientOrigin } from '../plan/client/plan-client.ts'

/** Where clients stand, unless `--out` says another folder. */
export const DEFAULT_FOLDER: string = CLIENTS_FOLDER

/** A client of the project, as its contract file says. */
export interface PresentClient {
  readonly service: string
  /** Of the operations that were picked. */
  readonly snapshot: Snapshot
  readonly origin: ClientOrigin
}

/** Reads the clients of a project. Rejects with SERVICEX_SNAPSHOT_INVALID when a contract file is none. */
export async function readClients(root: string, folder: string): Promise<readonly PresentClient[]> {
  const files = await readContractFiles(join(root, folder))
  return files.map(({ service, document }) => {
    const { 'x-servicex-client': origin, ...snapshot } = toCheckedSnapshot(
      document,
      `${folder}/${service}.contract.json`,
    ) as Snapshot & { readonly 'x-servicex-client'?: ClientOrigin }
    return { service, snapshot, origin: origin ?? { source: '' } }
  })
}
