import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Page, readPage, ROOT } from './pages.ts'

/** Says what is wrong with a link of a page; `undefined` when it leads somewhere. */
export function brokenLink(page: Page, target: string): string | undefined {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? page.path : join(dirname(page.path), file)
  if (relative(ROOT, join(ROOT, path)).startsWith('..')) return 'leads out of the repository'
  if (!existsSync(join(ROOT, path))) return 'leads to no file'
  if (anchor === undefined) return undefined
  return headingsOf(readPage(path)).includes(anchor) ? undefined : 'leads to no heading'
}

/** The anchors that GitHub makes of headings. */
function headingsOf(page: Page): readonly string[] {
  return [...page.prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}
