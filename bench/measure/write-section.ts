import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PAGE = join(import.meta.dirname, '../../docs/performance.md')

/**
 * Puts what a bench printed into its place in docs/performance.md, between the two comments with its
 * name. The title of the output is left out: the page has its own. Throws when there is no such place.
 */
export function writeSection(name: string, output: string): void {
  writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), name, output))
}

/** Gives `page` with the section `name` replaced. */
export function withSection(page: string, name: string, output: string): string {
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- end ${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`docs/performance.md has no place for ${name}`)
  const body = output.trim().replace(/^# .*\n+/, '')
  return `${page.slice(0, from + begin.length)}\n\n${belowHeadings(body)}\n\n${page.slice(to)}`
}

/** The page's sections are `##`: what stands within one is a level lower. */
function belowHeadings(text: string): string {
  return text.replaceAll(/^(#{2,5}) /gm, '#$1 ')
}
