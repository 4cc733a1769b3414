import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { suggestName } from '../../src/convention/suggest-name.ts'

/** Gives the names of the pages that come with this package. */
export async function readTopics(): Promise<readonly string[]> {
  const names = await readdir(findDocs(import.meta.dirname))
  return names
    .filter((name) => /^[a-z-]+\.md$/.test(name))
    .map((name) => name.replace(/\.md$/, ''))
    .toSorted()
}

/** Reads one page. Rejects with SERVICEX_USAGE when there is none of that name. */
export async function readTopic(word: string): Promise<string> {
  const topics = await readTopics()
  if (topics.includes(word))
    return readFile(join(findDocs(import.meta.dirname), `${word}.md`), 'utf8')
  const suggestion = suggestName(word, topics)
  const hint = suggestion === undefined ? '' : ` — did you mean "${suggestion}"?`
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `there is no page "${word}"${hint}`,
    fix: suggestion === undefined ? 'kube docs' : `kube docs ${suggestion}`,
  })
}

/** The folder lies beside `dist` in the package, and beside `tooling` in its sources. */
function findDocs(folder: string): string {
  if (existsSync(join(folder, 'docs', 'errors.md'))) return join(folder, 'docs')
  const above = dirname(folder)
  if (above === folder) throw new Error('the pages of servicex are missing: install it again')
  return findDocs(above)
}
