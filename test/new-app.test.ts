import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEMPLATES } from '../tooling/plan/new/template.ts'

const run = promisify(execFile)
const repository = join(import.meta.dirname, '..')
const kube = join(repository, 'dist/kube.js')

let home = ''
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'servicex-templates-'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Runs a program of this repository's packages in a folder; rejects with what it printed when it fails. */
async function node(folder: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, words, {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE_ENV: 'test' },
  })
  return stdout
}

describe.for(TEMPLATES)('an app made with the template $name', ({ name }) => {
  let folder = ''
  beforeAll(async () => {
    folder = join(home, name)
    await node(home, kube, 'new', name, '--template', name, '--no-install', '--no-commit')
    await run('git', ['init', '--quiet'], { cwd: folder })
    linkPackages(folder)
  })

  test('has types that fit', async () => {
    await node(folder, join(repository, 'node_modules/typescript/bin/tsc'))
  })

  test('is clean to its own linter', async () => {
    await node(folder, join(repository, 'node_modules/oxlint/bin/oxlint'), '--deny-warnings')
  })

  test('passes its own tests', async () => {
    expect(await node(folder, '--test')).toMatch(/^(?:ℹ|#) pass [1-9]/m)
  })

  test('follows every rule but the lockfile, which an install makes, and the pin, which a build makes', async () => {
    const failed: unknown = await node(folder, kube, 'check', '--json').catch(
      (error: unknown) => error,
    )
    const { findings } = JSON.parse((failed as { stdout: string }).stdout) as {
      findings: { rule: string }[]
    }
    expect(findings.map(({ rule }) => rule).toSorted()).toEqual([
      'base-image-pinned',
      'lockfile-present',
    ])
  })

  test('says in its README to install and to pin the base before it promises that it follows every rule', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    const steps = ['`npm ci`', '`npx kube build --update-base`', `\`${name} follows every rule\``]
    const places = steps.map((words) => readme.indexOf(words))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })
})

describe('npm create servicex', () => {
  test('is kube new', async () => {
    const folder = join(home, 'create')
    mkdirSync(join(folder, 'node_modules'), { recursive: true })
    symlinkSync(repository, join(folder, 'node_modules/servicex'))
    cpSync(join(repository, 'create-servicex'), join(folder, 'node_modules/create-servicex'), {
      recursive: true,
    })
    const create = join(folder, 'node_modules/create-servicex/create-servicex.js')
    await node(folder, create, 'billing', '--no-install', '--no-commit')
    expect(existsSync(join(folder, 'billing/service.ts'))).toBe(true)
    expect(await node(folder, create)).toContain('Usage: kube new')
    const refused: unknown = await node(folder, create, 'billing').catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 2 })
  })

  test('asks for the servicex of its own version', () => {
    const [create, servicex] = ['create-servicex/package.json', 'package.json'].map(
      (path) =>
        JSON.parse(readFileSync(join(repository, path), 'utf8')) as {
          version: string
          dependencies: Record<string, string>
        },
    )
    expect(create?.version).toBe(servicex?.version)
    expect(create?.dependencies).toEqual({ servicex: servicex?.version })
  })
})

/** What `npm install` would do, from this repository's own packages. */
function linkPackages(folder: string): void {
  const from = join(repository, 'node_modules')
  const into = join(folder, 'node_modules')
  mkdirSync(into)
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(into, name))
  symlinkSync(repository, join(into, 'servicex'))
}
