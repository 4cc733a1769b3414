import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { TextFile } from './facts/repository-facts.ts'

/** Reads the files of one folder of `templates/`, which comes with this package. */
export async function readTemplate(name: string): Promise<readonly TextFile[]> {
  const root = join(findTemplates(import.meta.dirname), name)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
  return Promise.all(
    paths.map(async (path) => ({
      path: path.split(sep).join('/'),
      text: await readFile(join(root, path), 'utf8'),
    })),
  )
}

/** The folder lies beside `dist` in the package, and beside `tooling` in its sources. */
function findTemplates(folder: string): string {
  const place = join(folder, 'templates', 'shared', 'README.md')
  if (existsSync(place)) return join(folder, 'templates')
  const above = dirname(folder)
  if (above === folder) throw new Error('the templates of servicex are missing: install it again')
  return findTemplates(above)
}
