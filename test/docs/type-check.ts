import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type FencedBlock, type Page, ROOT } from './pages.ts'

const NAMED = /^\/\/ (\S+\.ts)\n/

/**
 * Type-checks every `ts` block of the pages as a file of a service that has servicex installed, and
 * gives what the compiler says: nothing when all is well.
 *
 * A block that begins with a path (`// src/app.ts`) is that file, so that the blocks of a page can
 * import each other; another one is a file of its own.
 */
export async function typeCheckBlocks(pages: readonly Page[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'servicex-docs-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    for (const page of pages) writeBlocks(folder, page)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG))
    return await compile(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const CONFIG = {
  extends: join(ROOT, 'tsconfig.json'),
  compilerOptions: {
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    typeRoots: [join(ROOT, 'node_modules/@types')],
  },
  include: ['.'],
  exclude: ['node_modules'],
}

function writeBlocks(folder: string, page: Page): void {
  for (const block of page.blocks) if (block.language === 'ts') writeBlock(folder, page, block)
}

function writeBlock(folder: string, page: Page, { text, line }: FencedBlock): void {
  const name = NAMED.exec(text)?.[1] ?? `line-${line}.ts`
  const file = join(folder, page.path, name)
  mkdirSync(dirname(file), { recursive: true })
  // A second block of the same name in one page would replace the first unseen.
  writeFileSync(file, text, { flag: 'wx' })
}

async function compile(folder: string): Promise<string> {
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  try {
    await promisify(execFile)(tsc, ['-p', folder])
    return ''
  } catch (error) {
    const { stdout, message } = error as { stdout?: string; message: string }
    return stdout === undefined || stdout === '' ? message : stdout
  }
}
