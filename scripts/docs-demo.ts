// Writes the output of a real run of the demo into README.md: `npm run docs:demo`.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const ROOT = join(import.meta.dirname, '..')

/** The block of README.md that shows the demo: what stands before it, its text, what stands after. */
export const DEMO_BLOCK: RegExp = /(<!-- demo -->\n```text\n)([\s\S]*?)(```\n)/

/** Gives the part of the demo's output that README shows; `…` stands for the members that two access lines share. */
export function toShownOutput(output: string): string {
  const [story = ''] = output.split('\nLook further')
  const rows = story.trim().split('\n')
  const second = rows.findLastIndex((row) => row.startsWith('   {"timestamp"'))
  const shared = rows.findIndex((row, index) => index > second && row.includes('"request_id"'))
  return `${rows.with(shared, '    …').join('\n')}\n`
}

if (import.meta.main) {
  const words = ['examples/demo.ts', '--once']
  const output = execFileSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' })
  const path = join(ROOT, 'README.md')
  const shown = toShownOutput(stripVTControlCharacters(output))
  const page = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    page.replace(DEMO_BLOCK, (_block, head: string, _old, tail: string) => head + shown + tail),
  )
}
