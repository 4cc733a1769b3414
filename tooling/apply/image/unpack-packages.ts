// What `npm ci` would do, without npm: where all tarballs of a lockfile are in npm's cache already, they
// are unpacked from there, and files that the image leaves out are not even written. A cold build takes
// a third of the time so. Whatever is not sure is npm's to decide: see docs/decisions/0035.

import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { readInstallEnv } from '../../parse/build-env.ts'
import { byPath, type FileEntry } from '../../plan/image/entry.ts'
import { leaveOutOfDependencies } from '../../plan/image/leave-out-rules.ts'
import type { LeftOut } from '../../plan/image/left-out.ts'
import { toLockedPackages } from '../../plan/image/npm-lock.ts'
import {
  planTree,
  type Tree,
  type TreePackage,
  type TreeProgram,
} from '../../plan/image/npm-tree.ts'
import { selectEntries } from '../../plan/image/select-entries.ts'
import { toArchitectureWords } from '../../plan/image/target-platform.ts'
import type { ImageJob } from './image-job.ts'
import type { InstallScope } from './install-key.ts'
import { isWhole, type NpmCache, openNpmCache } from './npm-cache.ts'

/** How many tarballs are unpacked at a time: the disk is waited for meanwhile. */
const CONCURRENCY = 4

/** Enough for any package there is; a forged one is not to fill the memory. */
const MAX_PACKAGE_BYTES = 1024 * 1024 * 1024

const unzip = promisify(gunzip)

/**
 * Unpacks the packages of an npm lockfile from npm's cache into a folder that holds the install's inputs,
 * without what the image of production packages leaves out; gives that. `undefined`, with no packages
 * left behind, when npm has to install.
 */
export async function unpackPackages(
  job: ImageJob,
  folder: string,
  scope: InstallScope,
): Promise<readonly LeftOut[] | undefined> {
  const { layout, allowedScripts } = job
  const isPlain = layout.manager === 'npm' && !layout.isWorkspace && layout.app.folder === ''
  if (!isPlain || allowedScripts.length > 0) return undefined
  const cache = openNpmCache({ files: await readSettings(folder), env: readInstallEnv() })
  const tree = await readTree(job, scope)
  if (cache === undefined || tree === undefined) return undefined
  const isThere = await Promise.all(
    tree.packages
      .filter(({ file }) => file === undefined)
      .map(({ integrity }) => cache.has(integrity)),
  )
  if (isThere.includes(false)) return undefined
  try {
    const leftOut = await unpackAll(job, { folder, scope: scope.scope, cache, tree })
    for (const program of tree.programs) await linkProgram(folder, program)
    return leftOut
  } catch {
    // Npm tries again, and says what is wrong with a package, or with the disk.
    await rm(join(folder, 'node_modules'), { recursive: true, force: true })
    return undefined
  }
}

async function readTree(
  { layout, source, tell }: ImageJob,
  scope: InstallScope,
): Promise<Tree | undefined> {
  if (layout.lockfile === undefined) return undefined
  const packages = toLockedPackages((await source.read(layout.lockfile.content)).toString())
  if (packages === undefined) return undefined
  const tree = planTree({
    packageJson: layout.app.packageJson,
    packages,
    scope: scope.scope,
    host: toHost(scope),
  })
  if (typeof tree !== 'string') return tree
  tell(`npm itself installs: ${tree}`)
  return undefined
}

function toHost({ target }: InstallScope): { os: string; cpu: string; libc?: string } {
  if (target !== undefined)
    return {
      os: target.platform.os,
      cpu: toArchitectureWords(target.platform).cpu,
      libc: target.libc,
    }
  const { platform: os, arch: cpu } = process
  if (os !== 'linux') return { os, cpu }
  const { header } = process.report.getReport() as {
    readonly header: { readonly glibcVersionRuntime?: string }
  }
  return { os, cpu, libc: header.glibcVersionRuntime === undefined ? 'musl' : 'glibc' }
}

async function readSettings(folder: string): Promise<readonly string[]> {
  const places = [join(folder, '.npmrc'), join(homedir(), '.npmrc')]
  return Promise.all(places.map((place) => readFile(place, 'utf8').catch(() => '')))
}

interface Unpacking {
  readonly folder: string
  readonly scope: InstallScope['scope']
  readonly cache: NpmCache
  readonly tree: Tree
}

async function unpackAll(job: ImageJob, unpacking: Unpacking): Promise<readonly LeftOut[]> {
  const leftOut: LeftOut[] = []
  const queue = [...unpacking.tree.packages]
  const work = async (): Promise<void> => {
    for (let each = queue.pop(); each !== undefined; each = queue.pop())
      leftOut.push(...(await unpackOne(job, unpacking, each)))
  }
  const workers = await Promise.allSettled(Array.from({ length: CONCURRENCY }, work))
  const failed = workers.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return leftOut.toSorted(byPath)
}

async function unpackOne(
  { selection }: ImageJob,
  { folder, scope, cache }: Unpacking,
  each: TreePackage,
): Promise<readonly LeftOut[]> {
  const files = await readFiles(await readTarball(folder, cache, each), each.folder)
  const entries = [...files.values()].map(({ entry }) => entry)
  const { entries: kept, leftOut } =
    scope === 'production'
      ? selectEntries(entries, leaveOutOfDependencies, selection)
      : { entries, leftOut: [] }
  const folders = new Set(kept.map(({ path }) => dirname(path)))
  await Promise.all([...folders].map((path) => mkdir(join(folder, path), { recursive: true })))
  await Promise.all(
    kept.map(async ({ path }) => {
      const file = files.get(path)
      const mode = file?.entry.isExecutable === true ? 0o755 : 0o644
      await writeFile(join(folder, path), file?.bytes ?? '', { mode })
    }),
  )
  return leftOut
}

async function readTarball(
  folder: string,
  cache: NpmCache,
  { file, integrity }: TreePackage,
): Promise<Buffer> {
  if (file === undefined) return cache.read(integrity)
  const bytes = await readFile(join(folder, file))
  if (!isWhole(bytes, integrity)) throw new Error(`${file} is not what the lockfile says`)
  return bytes
}

interface PackedFile {
  readonly entry: FileEntry
  readonly bytes: Uint8Array
}

/** Reads a package's files, below its folder. Rejects where a path would leave it. */
async function readFiles(
  tarball: Buffer,
  folder: string,
): Promise<ReadonlyMap<string, PackedFile>> {
  const { unpackTar } = await import('modern-tar')
  const archive = await unzip(tarball, { maxOutputLength: MAX_PACKAGE_BYTES })
  const files = new Map<string, PackedFile>()
  for (const { header, data } of await unpackTar(archive)) {
    // Npm makes no links either, and implies folders.
    if (header.type !== 'file') continue
    const parts = header.name.split('/').filter((part) => part !== '' && part !== '.')
    if (parts.length < 2 || parts.some(isUnsafe)) throw new Error(`${header.name} is unsafe`)
    const packed = [folder, ...parts.slice(1)].join('/')
    const path = packed.replace(/\/\.gitignore$/, '/.npmignore')
    // Npm calls one the other, where the other is not there.
    if (path !== packed && files.has(path)) continue
    const isExecutable = ((header.mode ?? 0) & 0o111) !== 0
    const bytes = data ?? new Uint8Array()
    const content = { kind: 'disk', path } as const
    const entry = { kind: 'file', path, sizeBytes: bytes.length, isExecutable, content } as const
    files.set(path, { entry, bytes })
  }
  return files
}

function isUnsafe(part: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return part === '..' || /[\u0000-\u001f\\\uFFFD]/.test(part)
}

/** A program can be run, whatever its tarball says; npm writes the ends of its first line for Unix. */
async function linkProgram(folder: string, { path, target, file }: TreeProgram): Promise<void> {
  const program = join(folder, file)
  const text = await readFile(program, 'latin1').catch(() => undefined)
  if (text === undefined) return
  if (/^#![^\n]+\r\n/.test(text))
    await writeFile(program, text.replace(/^(#![^\n]+)\r\n/, '$1\n'), 'latin1')
  await chmod(program, 0o755)
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await symlink(target, join(folder, path))
}
