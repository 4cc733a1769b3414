import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT: string = join(import.meta.dirname, '../..')

/** A Markdown page of this repository. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
  /** The text without fenced blocks. */
  readonly prose: string
  readonly blocks: readonly FencedBlock[]
}

/** A fenced block of a page. */
export interface FencedBlock {
  readonly language: string
  readonly text: string
  /** Where it begins, from 1. */
  readonly line: number
}

const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm

/** Reads every page that people read. */
export function readPages(): readonly Page[] {
  const paths = globSync(['*.md', '{docs,bench,examples}/**/*.md'], {
    cwd: ROOT,
    exclude: (name) => name === 'node_modules',
  })
  return paths.toSorted().map(readPage)
}

/** Reads one page. */
export function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const blocks = [...text.matchAll(FENCED)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }))
  return { path, text, prose: text.replaceAll(FENCED, ''), blocks }
}

/** Gives the rows of the table whose first heading is `heading`, each as its cells. Throws when there is none. */
export function readTable(page: Page, heading: string): readonly (readonly string[])[] {
  const lines = page.prose.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`))
  if (start === -1) throw new Error(`${page.path} has no table that begins with "${heading}"`)
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'))
  return lines.slice(start + 2, end === -1 ? undefined : end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

/** Gives what stands between backticks. */
export function quoted(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')
}
