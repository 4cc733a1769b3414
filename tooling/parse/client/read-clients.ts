import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'

/** Where clients stand in a project. */
export const CLIENTS_FOLDER = 'clients'

/** The end of the name of a client's contract file. */
const CONTRACT_SUFFIX = '.contract.json'

/** A contract file of the project, parsed and not yet looked at. */
export interface ContractFile {
  /** The service, by the file's name. */
  readonly service: string
  readonly document: unknown
}

/** Reads the contract files of a folder, by name; none when there is no such folder. Rejects with SERVICEX_SNAPSHOT_INVALID for one that is no JSON. */
export async function readContractFiles(folder: string): Promise<readonly ContractFile[]> {
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => name.endsWith(CONTRACT_SUFFIX)).toSorted()
  return Promise.all(
    files.map(async (name) => ({
      service: name.slice(0, -CONTRACT_SUFFIX.length),
      document: parseJson(await readFile(join(folder, name), 'utf8'), name),
    })),
  )
}

/** Parses a document. Throws SERVICEX_SNAPSHOT_INVALID when it is no JSON. */
export function parseJson(text: string, shown: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ServicexError('SERVICEX_SNAPSHOT_INVALID', {
      summary: `${shown} is no JSON`,
      fix: 'give what toSnapshot() of servicex/contract gives',
      cause,
    })
  }
}
