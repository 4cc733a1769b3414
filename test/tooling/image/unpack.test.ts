import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { unpackPackages } from '../../../tooling/apply/image/unpack-packages.ts'
import { install } from '../../../tooling/apply/image/install.ts'
import type { ImageJob } from '../../../tooling/apply/image/image-job.ts'
import {
  findPackage,
  type LockedPackage,
  type LockedPackages,
  toLockedPackages,
  toNeeds,
} from '../../../tooling/plan/image/npm-lock.ts'
import { planTree } from '../../../tooling/plan/image/npm-tree.ts'
import { readRegistryProblem } from '../../package/packed.ts'
import { openApp, writeTarball } from './app-repository.ts'

const problem = await readRegistryProblem()
const note = problem === undefined ? '' : ` (skipped: ${problem})`
const repository = join(import.meta.dirname, '../../..')

/** Programs, nested versions, scopes, and binaries for one platform each: all of this repository's own lockfile. */
const ASKED = ['rolldown', 'yaml', '@redocly/openapi-core', 'oxlint', 'execa', 'vitest']

describe.skipIf(problem !== undefined)(`a lockfile of the registry${note}`, () => {
  const folders = ['ours', 'npms'].map((name) => join(mkdtempSync(join(tmpdir(), 'tree-')), name))
  const [ours = '', npms = ''] = folders
  let left: unknown

  beforeAll(async () => {
    const lock = takeFromOwnLock()
    for (const folder of folders) {
      mkdirSync(folder)
      writeFileSync(join(folder, 'package.json'), JSON.stringify(lock.packageJson))
      writeFileSync(join(folder, 'package-lock.json'), lock.text)
    }
    // What npm installs it also keeps.
    const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
    execFileSync('npm', words, { cwd: npms, stdio: 'ignore' })
    left = await unpackPackages(toJob(ours), ours, { scope: 'all' })
  }, 120_000)

  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

  test('is unpacked into what npm makes of it: files, modes, links and bytes', () => {
    expect(left).toEqual([])
    const expected = readTree(join(npms, 'node_modules')).filter(
      (line) => !line.startsWith('.package-lock.json '),
    )
    expect(expected.length).toBeGreaterThan(1_000)
    const unpacked = new Set(readTree(join(ours, 'node_modules')))
    expect([...unpacked].filter((line) => !expected.includes(line))).toEqual([])
    expect(expected.filter((line) => !unpacked.has(line))).toEqual([])
  })

  test('leaves to npm what npm has not downloaded', async () => {
    rmSync(join(ours, 'node_modules'), { recursive: true })
    const before = process.env['npm_config_cache']
    process.env['npm_config_cache'] = join(ours, 'no-cache')
    onTestFinished(() => {
      if (before === undefined) delete process.env['npm_config_cache']
      else process.env['npm_config_cache'] = before
    })
    expect(await unpackPackages(toJob(ours), ours, { scope: 'all' })).toBeUndefined()
    expect(existsSync(join(ours, 'node_modules'))).toBe(false)
  })
})

describe('a tarball of the repository', () => {
  test('is unpacked without what the image leaves out, which is told', async () => {
    const app = await openApp({
      packages: [{ name: 'small', files: { 'index.js': 'x', 'index.d.ts': 'yz', 'a.js.map': '' } }],
    })
    onTestFinished(() => app.close())
    const left = await unpackPackages(toJob(app.root), app.root, { scope: 'production' })
    expect(left?.map(({ path, reason, sizeBytes }) => [path, reason, sizeBytes])).toEqual([
      ['node_modules/small/a.js.map', 'source-map', 0],
      ['node_modules/small/index.d.ts', 'declarations', 2],
    ])
    expect(readdirSync(join(app.root, 'node_modules/small'))).toEqual(['index.js', 'package.json'])
  })

  test('that is not what the lockfile says is left to npm, and nothing of it stays', async () => {
    const app = await openApp({ packages: [{ name: 'small', files: { 'index.js': 'x' } }] })
    onTestFinished(() => app.close())
    await writeTarball(app.root, { name: 'small', files: { 'index.js': 'forged' } })
    const unpacked = await unpackPackages(toJob(app.root), app.root, { scope: 'production' })
    expect(unpacked).toBeUndefined()
    expect(existsSync(join(app.root, 'node_modules'))).toBe(false)
  })

  test.each(['package/../../escaped.js', '../escaped.js', 'package/a\\..\\b.js', 'package/..'])(
    'never writes outside of its folder: %s',
    async (name) => {
      const app = await openApp({ packages: [{ name: 'small', files: { 'index.js': 'x' } }] })
      onTestFinished(() => app.close())
      const tarball = gzipSync(
        await packTar([{ header: { name, size: 1, mode: 0o644, mtime: new Date(0) }, body: 'x' }]),
      )
      writeFileSync(join(app.root, 'vendor/small.tgz'), tarball)
      const lock = JSON.parse(readFileSync(join(app.root, 'package-lock.json'), 'utf8')) as {
        packages: Record<string, LockedPackage>
      }
      const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
      lock.packages['node_modules/small'] = {
        ...lock.packages['node_modules/small'],
        integrity,
      }
      writeFileSync(join(app.root, 'package-lock.json'), JSON.stringify(lock))
      const before = readTree(app.root)
      const unpacked = await unpackPackages(toJob(app.root), app.root, { scope: 'production' })
      expect(unpacked).toBeUndefined()
      expect(readTree(app.root)).toEqual(before)
    },
  )

  test.each(['legacy-peer-deps=true', 'omit = optional', 'install-strategy=nested'])(
    'is left to npm under a setting that makes another tree: %s',
    async (line) => {
      const app = await openApp({ packages: [{ name: 'small', files: { 'index.js': 'x' } }] })
      onTestFinished(() => app.close())
      writeFileSync(join(app.root, '.npmrc'), `registry=https://example.com\n${line}\n`)
      expect(
        await unpackPackages(toJob(app.root), app.root, { scope: 'production' }),
      ).toBeUndefined()
    },
  )
})

test('a lockfile that lacks a package ends the install with what to do about it', async () => {
  const app = await openApp({ packages: [{ name: 'small', files: { 'index.js': 'x' } }] })
  onTestFinished(() => app.close())
  const lock = readFileSync(join(app.root, 'package-lock.json'), 'utf8')
  const { packages, ...rest } = JSON.parse(lock) as { packages: Record<string, object> }
  const lacking = { ...rest, packages: { '': packages[''] } }
  writeFileSync(join(app.root, 'package-lock.json'), JSON.stringify(lacking))
  const failing = install({
    folder: app.root,
    manager: 'npm',
    named: undefined,
    scope: 'production',
    allowedScripts: [],
    isOffline: false,
  })
  await expect(failing).rejects.toMatchObject({
    code: 'SERVICEX_INSTALL_FAILED',
    message: expect.stringMatching(
      /Missing: small@[^]*fix: rm -rf node_modules package-lock.json && npm install, then commit/,
    ),
  })
})

describe('npm decides itself', () => {
  const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`
  const a: LockedPackage = { version: '1.2.3', integrity }
  const CASES: readonly [string, Record<string, LockedPackage>, object?][] = [
    ['when package.json asks for more than the lockfile', { '': {} }],
    ['when a version is not what was asked for', { 'node_modules/a': { ...a, version: '2.0.0' } }],
    ['when the lockfile lacks a package', {}],
    ['when a package is for another platform', { 'node_modules/a': { ...a, os: ['win32'] } }],
    [
      'when a package is for every platform but this one',
      { 'node_modules/a': { ...a, os: ['!linux'] } },
    ],
    ['for a package of git', { 'node_modules/a': { version: '1.2.3', resolved: 'git+ssh://x' } }],
    ['for a package without a checksum', { 'node_modules/a': { version: '1.2.3' } }],
    ['for an old checksum', { 'node_modules/a': { ...a, integrity: 'sha1-abc' } }],
    ['for a folder of the repository', { 'node_modules/a': { ...a, link: true } }],
    ['for a package nobody asks for', { 'node_modules/a': a, 'node_modules/b': a }],
    ['under overrides', { 'node_modules/a': a }, { overrides: { a: '1' } }],
    ['for a program whose name is a path', { 'node_modules/a': { ...a, bin: { '../x': 'x.js' } } }],
    ['for a program outside of its package', { 'node_modules/a': { ...a, bin: { x: '../../x' } } }],
    [
      'when two packages bring a program of one name',
      {
        'node_modules/a': { ...a, dependencies: { b: '1' }, bin: { x: 'x.js' } },
        'node_modules/b': { ...a, bin: { x: 'x.js' } },
      },
    ],
  ]

  test.each(CASES)('%s', (_, entries, more = {}) => {
    const dependencies = { a: '^1.0.0' }
    const tree = planTree({
      packageJson: { name: 'app', dependencies, ...more },
      packages: new Map(Object.entries({ '': { dependencies }, ...entries })),
      scope: 'production',
      host: { os: 'linux', cpu: 'x64', libc: 'glibc' },
    })
    expect(tree).toBeTypeOf('string')
  })

  test('an optional package for another platform is passed over, with what only it needs', () => {
    const optionalDependencies = { a: '1' }
    const tree = planTree({
      packageJson: { name: 'app', optionalDependencies },
      packages: new Map<string, LockedPackage>([
        ['', { optionalDependencies }],
        ['node_modules/a', { ...a, optional: true, libc: ['musl'], dependencies: { b: '1' } }],
        ['node_modules/b', { ...a, optional: true }],
      ]),
      scope: 'production',
      host: { os: 'linux', cpu: 'x64', libc: 'glibc' },
    })
    expect(tree).toEqual({ packages: [], programs: [] })
  })
})

/** What an install reads of a job. */
function toJob(folder: string): ImageJob {
  const packageJson = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object
  const lockfile = { content: { kind: 'disk', path: 'package-lock.json' } }
  const job: unknown = {
    layout: { manager: 'npm', isWorkspace: false, app: { folder: '', packageJson }, lockfile },
    source: { read: () => Promise.resolve(readFileSync(join(folder, 'package-lock.json'))) },
    allowedScripts: [],
    selection: { include: [], exclude: [] },
  }
  return job as ImageJob
}

/** A package.json that asks for some packages of this repository, and the part of its lockfile that holds them. */
function takeFromOwnLock(): { readonly packageJson: object; readonly text: string } {
  const own = toLockedPackages(readFileSync(join(repository, 'package-lock.json'), 'utf8'))
  const packages: LockedPackages = own ?? new Map()
  const dependencies = Object.fromEntries(
    ASKED.flatMap((name) => {
      const version = packages.get(`node_modules/${name}`)?.version
      return version === undefined ? [] : [[name, version]]
    }),
  )
  const reached = new Map<string, LockedPackage>()
  const visit = (from: string, each: LockedPackage, isOptional: boolean): void => {
    for (const need of toNeeds(each, false)) {
      const folder = findPackage(packages, from, need.name)
      const found = folder === undefined ? undefined : packages.get(folder)
      const optional = isOptional || need.isOptional
      if (folder === undefined || found === undefined) continue
      const known = reached.get(folder)
      if (known !== undefined && (optional || known.optional !== true)) continue
      reached.set(folder, { ...found, dev: false, optional })
      visit(folder, found, optional)
    }
  }
  visit('', { dependencies }, false)
  const root = { name: 'app', version: '1.0.0', dependencies }
  const text = JSON.stringify({
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: { '': root, ...Object.fromEntries(reached) },
  })
  return { packageJson: root, text }
}

/** Lists files and links with their modes and contents. */
function readTree(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .flatMap((member) => {
      const path = prefix === '' ? member.name : `${prefix}/${member.name}`
      const place = join(folder, path)
      if (member.isDirectory()) return readTree(folder, path)
      if (member.isSymbolicLink()) return [`${path} -> ${readlinkSync(place)}`]
      const { mode } = statSync(place)
      const bytes = createHash('sha1').update(readFileSync(place)).digest('hex').slice(0, 12)
      return [`${path} ${(mode & 0o777).toString(8)} ${bytes}`]
    })
    .toSorted()
}
