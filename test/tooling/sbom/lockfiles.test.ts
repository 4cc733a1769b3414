import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readLockfile } from '../../../tooling/parse/lockfile.ts'
import { toCycloneDx, toPackageUrl } from '../../../tooling/plan/sbom/cyclonedx.ts'
import type { LockedTree, LockRecord } from '../../../tooling/plan/sbom/locked-package.ts'
import { toNpmTree } from '../../../tooling/plan/sbom/npm-lock.ts'
import { toPnpmTree } from '../../../tooling/plan/sbom/pnpm-lock.ts'
import { readYarnClassic, toYarnTree } from '../../../tooling/plan/sbom/yarn-lock.ts'

const root = join(import.meta.dirname, '../../..')
const locks = join(root, 'test/fixtures/locks')

/** The same repository, locked by each: `app` uses `packages/shared`, both with development packages of their own. */
const APP = {
  dependencies: { 'ms-alias': 'npm:ms@2.1.3', shared: '1.0.0', '@node-rs/crc32': '1.10.6' },
}
const SHARED = { dependencies: { debug: '4.4.1' } }
const FOLDERS = ['', 'packages/shared']

const TREES: Readonly<Record<string, () => Promise<LockedTree | undefined>>> = {
  npm: async () => toNpmTree(await recordOf('package-lock.json', 'npm'), FOLDERS),
  pnpm: async () => toPnpmTree(await recordOf('pnpm-lock.yaml', 'pnpm'), FOLDERS),
  'yarn 1': async () => {
    const lock = await readLockfile(join(locks, 'yarn-classic.lock'), 'yarn')
    return toYarnTree(readYarnClassic('text' in lock ? lock.text : ''), [APP, SHARED])
  },
  'yarn 4': async () => toYarnTree(await recordOf('yarn-berry.lock', 'yarn'), [APP, SHARED]),
}

describe.each(Object.entries(TREES))('a lockfile of %s', (manager, read) => {
  test('gives what the app and its workspace need, under the true names', async () => {
    const { packages } = (await read())!
    const urls = [...packages.values()].map(toPackageUrl)
    expect(urls).toEqual(
      expect.arrayContaining([
        'pkg:npm/debug@4.4.1',
        'pkg:npm/ms@2.1.3',
        'pkg:npm/%40node-rs/crc32@1.10.6',
        'pkg:npm/%40node-rs/crc32-linux-x64-gnu@1.10.6',
      ]),
    )
    expect(urls.filter((url) => /left-pad|once|ms-alias|shared|app/.test(url))).toEqual([])
  })

  test('gives each package once, with a hash where the lockfile has one of the package itself', async () => {
    const tree = (await read())!
    const { components } = toBill(tree, 'linux')
    const names = (components as { purl: string; hashes?: object[] }[]).map(({ purl }) => purl)
    expect(new Set(names).size).toBe(names.length)
    const debug = (components as { name: string; hashes?: object[] }[]).find(
      ({ name }) => name === 'debug',
    )
    // Yarn 4 hashes its own archives, which nobody else can compare.
    if (manager === 'yarn 4') expect(debug?.hashes).toBeUndefined()
    else expect(debug?.hashes).toMatchObject([{ alg: 'SHA-512' }])
  })

  test('gives only what is installed on the platform', async () => {
    const { components } = toBill((await read())!, 'linux')
    const native = (components as { name: string; scope: string }[])
      .filter(({ name }) => name.startsWith('crc32-'))
      .map(({ name, scope }) => `${name} ${scope}`)
    // Yarn 1 does not lock where a package may be installed.
    if (manager === 'yarn 1') expect(native).toContain('crc32-linux-x64-gnu optional')
    else expect(native).toEqual(['crc32-linux-x64-gnu optional'])
  })
})

test('a package-lock.json gives the packages that npm itself lists', () => {
  const words = ['ls', '--all', '--omit=dev', '--json', '--package-lock-only']
  const listed = new Set<string>()
  collect(JSON.parse(execFileSync('npm', words, { cwd: root, encoding: 'utf8' })), listed)
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockRecord
  const ours = [...toNpmTree(lock, [''])!.packages.values()].map(toPackageUrl)
  // npm calls an alias by its own name: `string-width-cjs` is a string-width.
  const aliases = [...listed].filter((url) => !ours.includes(url))
  expect(aliases.every((url) => url.includes('-cjs@'))).toBe(true)
  expect(ours.filter((url) => !listed.has(url))).toEqual([])
})

test.for<readonly [string, LockRecord]>([
  ['npm, version 1', { lockfileVersion: 1, dependencies: {} }],
  ['pnpm, version 6', { lockfileVersion: '6.0', packages: {} }],
])('a lockfile that says too little gives nothing rather than half of it: %s', ([, lock]) => {
  expect(toNpmTree(lock, [''])).toBeUndefined()
  expect(toPnpmTree(lock, [''])).toBeUndefined()
})

test.for(['__proto__', 'constructor', 'toString'])('a package may be called %s', (name) => {
  const lock = JSON.parse(
    `{"packages":{"":{"dependencies":{"${name}":"1"}},"node_modules/${name}":{"version":"1.0.0"}}}`,
  ) as LockRecord
  expect([...toNpmTree(lock, [''])!.packages.values()].map((each) => each.name)).toEqual([name])
  const classic = readYarnClassic(`${name}@1:\n  version "1.0.0"\n`)
  const roots = [JSON.parse(`{"dependencies":{"${name}":"1"}}`) as object]
  expect(toYarnTree(classic, roots).packages.size).toBe(1)
})

test('a circle of needs ends', () => {
  const lock = {
    packages: {
      '': { dependencies: { a: '1' } },
      'node_modules/a': { version: '1.0.0', dependencies: { b: '1' } },
      'node_modules/b': { version: '1.0.0', dependencies: { a: '1' } },
    },
  }
  expect(toNpmTree(lock, [''])!.packages.size).toBe(2)
})

function toBill(tree: LockedTree, os: string): ReturnType<typeof toCycloneDx> {
  const subject = { name: 'app', revision: 'r', created: '2026-01-01T00:00:00Z', toolVersion: '1' }
  return toCycloneDx(subject, tree, [{ os, cpu: 'x64', libc: 'glibc' }])
}

async function recordOf(name: string, manager: 'npm' | 'pnpm' | 'yarn'): Promise<LockRecord> {
  const lock = await readLockfile(join(locks, name), manager)
  return 'record' in lock ? lock.record : {}
}

interface Listed {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, Listed>>
}

function collect({ dependencies = {} }: Listed, into: Set<string>): void {
  for (const [name, entry] of Object.entries(dependencies)) {
    if (entry.version !== undefined) into.add(toPackageUrl({ name, version: entry.version }))
    collect(entry, into)
  }
}
