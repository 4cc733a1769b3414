import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'

/** Writes a file that is to be changed by hand. Rejects with SERVICEX_FILE_EXISTS when it is there; `force` replaces it. */
export async function writeScaffold(path: string, text: string, force: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new ServicexError('SERVICEX_FILE_EXISTS', {
      summary: `${path} is there already`,
      fix: 'change it by hand, or give --force to replace it',
    })
  }
}
