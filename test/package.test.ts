import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OTEL_API_VERSION, SERVICEX_VERSION } from '../src/convention/version.ts'
import type { Manifest, PackedPackage } from './package/packed.ts'
import { openFolder, readManifest, writePackage } from './package/packed.ts'

const root = join(import.meta.dirname, '..')

/** The most bytes the tarball may have, two thirds of them the tool's, which images leave out; dependencies not counted. */
const BUDGET_BYTES = 1_175_000

/** What is built, what `kube new` makes apps from, what `kube docs` shows, and what editors read. */
const FOLDERS = /^(?:dist\/|templates\/|schemas\/[a-z]+\.json$|docs\/[A-Za-z-]+\.md$)/

const TEXTS = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']

let folder: Awaited<ReturnType<typeof openFolder>>
let packed: PackedPackage
let manifest: Manifest

beforeAll(async () => {
  folder = await openFolder()
  packed = await writePackage(folder.path)
  manifest = await readManifest()
})

afterAll(() => folder.close())

test('the package holds what is built, what the tool reads and four texts, nothing else', () => {
  const others = packed.files.map(({ path }) => path).filter((path) => !FOLDERS.test(path))
  expect(others.toSorted()).toEqual(TEXTS)
})

test('the package holds no test, no source and no source map', () => {
  const strays = packed.files
    .filter(({ path }) => !path.startsWith('templates/'))
    .filter(({ path }) => /\.map$|\.test\.|(?<!\.d)\.ts$/.test(path))
  expect(strays).toEqual([])
})

test(`the package has at most ${BUDGET_BYTES} bytes`, () => {
  console.log(`the package: ${packed.files.length} files, ${packed.packedBytes} bytes packed`)
  expect(packed.packedBytes).toBeLessThanOrEqual(BUDGET_BYTES)
})

test('every file that exports and bin name is in the package', () => {
  const paths = packed.files.map(({ path }) => path)
  const named = JSON.stringify([manifest.exports, manifest.bin]).match(/dist\/[^"]+/g) ?? []
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((path) => !paths.includes(path))).toEqual([])
})

test('every bin begins with the line that starts Node', async () => {
  for (const path of Object.values(manifest.bin)) {
    expect(await readFile(join(root, path), 'utf8'), path).toMatch(/^#!\/usr\/bin\/env node\n/)
  }
})

test('no file names a path of the machine that built it', async () => {
  for (const { path } of packed.files) {
    expect(await readFile(join(root, path), 'utf8'), path).not.toContain(root)
  }
})

test('the version that a running service tells is the one of package.json', () => {
  expect(SERVICEX_VERSION, 'run `node scripts/write-version.ts`').toBe(manifest.version)
})

test("the version of OpenTelemetry's API that is built in is the one that apps get", () => {
  expect(OTEL_API_VERSION).toBe(manifest.dependencies?.['@opentelemetry/api'])
})

test('every dependency is one exact version', () => {
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  expect(ranges.filter(([, range]) => !/^(npm:.+@)?\d+\.\d+\.\d+$/.test(range))).toEqual([])
})
