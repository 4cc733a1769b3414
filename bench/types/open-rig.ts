import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Rig, toContract } from './rigs.ts'

const ROOT = join(import.meta.dirname, '../..')
const PEERS = join(import.meta.dirname, 'peers/node_modules')

const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'dom'],
    module: 'nodenext',
    strict: true,
    skipLibCheck: true,
    types: [],
    outDir: 'out',
    rootDir: '.',
  },
  files: ['consumer.ts'],
}

/** A rig's files in a folder of their own, as a consumer has them; must be closed. */
export interface OpenRig {
  readonly folder: string
  close(): void
}

/** Writes a rig of so many operations. Throws when the peers are not installed. */
export function openRig(rig: Rig, operations: number): OpenRig {
  if (!existsSync(PEERS))
    throw new Error('the peers are not installed — fix: npm run bench:install')
  const folder = mkdtempSync(join(tmpdir(), 'servicex-types-'))
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)
  write('package.json', JSON.stringify({ name: 'consumer', type: 'module' }))
  write('tsconfig.json', JSON.stringify(TSCONFIG))
  linkPackages(folder)
  generate(folder, operations)
  for (const [path, text] of Object.entries(rig.toFiles(operations))) write(path, text)
  return { folder, close: () => rmSync(folder, { recursive: true }) }
}

function linkPackages(folder: string): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, 'servicex'), { recursive: true })
  for (const part of ['dist', 'package.json'])
    cpSync(join(ROOT, part), join(modules, 'servicex', part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(modules, 'servicex', 'node_modules'))
  const peers = [
    '@orpc',
    '@trpc',
    '@ts-rest',
    'hono',
    'openapi-fetch',
    'openapi-typescript-helpers',
    'zod',
  ]
  for (const name of peers) symlinkSync(join(PEERS, name), join(modules, name))
}

/** What generators write: servicex's client, and the types that openapi-fetch reads, of the same snapshot. */
function generate(folder: string, operations: number): void {
  const program = `import { contract, op, toSnapshot, toSnapshotText } from 'servicex/contract'\nimport { z } from 'zod'\nimport { writeFileSync } from 'node:fs'\n${toContract(operations)}\nwriteFileSync('things.json', toSnapshotText(toSnapshot(contractOfThings)))\n`
  writeFileSync(join(folder, 'snapshot.mjs'), program)
  const run = (...words: string[]): unknown =>
    execFileSync(process.execPath, words, { cwd: folder, stdio: 'pipe' })
  run('snapshot.mjs')
  run(join(ROOT, 'dist/kube.js'), 'client', 'add', 'things', '--from', 'things.json')
  run(join(PEERS, 'openapi-typescript/bin/cli.js'), 'things.json', '--output', 'openapi.d.ts')
}
