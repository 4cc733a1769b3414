import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { readSnapshotFile } from './file-source.ts'
import { SNAPSHOT_PATH, type SnapshotSource } from './snapshot-source.ts'
import { unreadable } from './unreadable.ts'

const SPECIFIER = /^npm:((?:@[\w.-]+\/)?[\w.-]+)(?:\/(.+))?$/

/**
 * An installed package, `npm:@acme/billing-contract`, or a file in one, `npm:@acme/billing/api.json`.
 * Nothing of it is run. Gives nothing when the text is no package.
 */
export function toPackageSource(text: string, root: string): SnapshotSource | undefined {
  const [, name, path = SNAPSHOT_PATH] = SPECIFIER.exec(text) ?? []
  if (name === undefined) return undefined
  return {
    name: text,
    async read() {
      const folder = await findPackage(name, root)
      if (folder === undefined)
        throw unreadable(text, 'the package is not installed', {
          fix: `npm install --save-dev ${name}`,
        })
      const file = join(folder, path)
      if (relative(folder, file).startsWith('..'))
        throw unreadable(text, 'it leads out of the package')
      const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
        version?: string
      }
      const document = await readSnapshotFile(file, text)
      return { text: document, ...(version === undefined ? {} : { revision: version }) }
    },
  }
}

/** Looks where Node looks, without its `exports`: a package need not open its package.json. */
async function findPackage(name: string, root: string): Promise<string | undefined> {
  const folders = createRequire(join(root, 'package.json')).resolve.paths(name) ?? []
  for (const folder of folders) {
    const path = join(folder, name, 'package.json')
    const isThere = await readFile(path).then(
      () => true,
      () => false,
    )
    if (isThere) return dirname(path)
  }
  return undefined
}
