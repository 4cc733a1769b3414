import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRegistryProblem } from '../../package/packed.ts'
import { installOtherNodes, OTHER_NODES } from '../../real/other-nodes.ts'
import { openRepository } from '../parse/repository.ts'
import { type AppRepository, openApp, type Planned, toApp } from './app-repository.ts'

const run = promisify(execFile)
const main = join(import.meta.dirname, '../../../tooling/main.ts')
const OUTPUT_BYTES = 64 * 1024 * 1024

const problem = await readRegistryProblem()
const note = problem === undefined ? '' : ` (skipped: ${problem})`

/** What may differ between two machines that build the same commit. */
interface Machine {
  readonly node?: string
  readonly umask?: string
  readonly env?: Readonly<Record<string, string>>
}

let app: AppRepository
let elsewhere: AppRepository
let expected: string

beforeAll(async () => {
  const text = (size: number): string =>
    Array.from({ length: size }, (_, line) => `const line${line} = ${line * 7919}\n`).join('')
  app = await openApp({
    packageJson: { main: 'dist/app.js', scripts: { build: 'node make.js' } },
    files: {
      'src/app.ts': text(2_000),
      'make.js': `import { cpSync, mkdirSync } from 'node:fs'
mkdirSync('dist'); cpSync('src/app.ts', 'dist/app.js')\n`,
      'run.sh': '#!/bin/sh\n',
      'ünïcödé.txt': 'x',
    },
    packages: [
      // More than one member of the gzip file.
      { name: 'large', files: { 'index.js': text(180_000), 'cli.js': '#!/usr/bin/env node\n' } },
      { name: '@scope/small', files: { 'index.js': 'x' } },
    ],
  })
  // The same commit in another folder, with another cache.
  const clone = openRepository()
  rmSync(clone.root, { recursive: true, force: true })
  app.git('clone', '--quiet', app.root, clone.root)
  elsewhere = toApp(clone)
  expected = await digestOn(app, {})
})

afterAll(() => {
  app.close()
  elsewhere.close()
})

describe('the same commit has the same digest', () => {
  test('in another folder, with another umask, time zone and locale', async () => {
    const env = { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }
    expect(await digestOn(elsewhere, { umask: '077', env })).toBe(expected)
  })

  test('when it is built again with nothing in the cache', async () => {
    rmSync(join(app.cacheFolder, 'servicex'), { recursive: true })
    expect(await digestOn(app, { umask: '002' })).toBe(expected)
  })
})

describe.skipIf(problem !== undefined)(`the same commit has the same digest${note}`, () => {
  let nodes: ReturnType<typeof installOtherNodes>

  beforeAll(() => {
    nodes = installOtherNodes()
  }, 120_000)

  test.for(OTHER_NODES)('under Node %s', async (release) => {
    rmSync(join(elsewhere.cacheFolder, 'servicex'), { recursive: true, force: true })
    expect(await digestOn(elsewhere, { node: nodes[release] })).toBe(expected)
  })
})

/** Builds in a process of its own, and gives the digest of the image. */
async function digestOn(
  { root, cacheFolder }: AppRepository,
  { node = process.execPath, umask = '022', env = {} }: Machine,
): Promise<string> {
  const script = 'umask "$1"; shift; exec "$@"'
  const words = ['-c', script, 'sh', umask, node, main, 'build', '--dry-run', '--json']
  const { stdout } = await run('sh', words, {
    cwd: root,
    env: { ...process.env, XDG_CACHE_HOME: cacheFolder, ...env },
    maxBuffer: OUTPUT_BYTES,
  })
  return (JSON.parse(stdout) as Planned).plan.digest
}
