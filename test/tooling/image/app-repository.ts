import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import type { ToolRun } from '../run-kube.ts'
import { runKube } from '../run-kube.ts'
import { openRepository, type Repository } from '../parse/repository.ts'

/** An app in a git repository, and a cache of its own. */
export interface AppRepository extends Repository {
  readonly cacheFolder: string
  /** Runs `kube build` in it; `env` is added to what a test has. */
  readonly build: (...words: readonly string[]) => Promise<ToolRun>
  /** Runs `kube build --dry-run --json` and gives what it printed; throws with stderr when it failed. */
  readonly plan: (...words: readonly string[]) => Promise<Planned>
}

/** A package that the app depends on, as a tarball in its repository: installed without a network. */
export interface PackedPackage {
  readonly name: string
  readonly files: Readonly<Record<string, string | Buffer>>
  /** Fields of its package.json besides name and version. */
  readonly manifest?: Readonly<Record<string, unknown>>
  /** Installed where it fits the platform. */
  readonly isOptional?: boolean
}

/** What an app is made of. */
export interface AppFiles {
  readonly packageJson?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string | Buffer>>
  readonly packages?: readonly PackedPackage[]
}

/** What `--dry-run --json` prints, as far as tests look at it. */
export interface Planned {
  readonly image: string
  readonly revision: string
  readonly warnings: readonly string[]
  readonly plan: {
    readonly digest: string
    readonly platforms: readonly PlannedPlatform[]
  }
}

/** One platform of a plan. */
export interface PlannedPlatform {
  readonly platform: string
  readonly layers: readonly {
    readonly name: string
    readonly reason: string
    readonly digest?: string
    readonly files?: readonly { readonly path: string }[]
    readonly leftOut?: readonly {
      readonly reason: string
      readonly files: number
      readonly paths?: readonly string[]
    }[]
  }[]
  readonly config: {
    readonly config: { readonly Cmd: string[]; readonly WorkingDir: string }
  }
}

/** Makes a repository with an app in it, committed; its packages are tarballs and a lockfile beside. */
export async function openApp({
  packageJson = {},
  files = { 'app.js': 'console.log(1)\n' },
  packages = [],
}: AppFiles = {}): Promise<AppRepository> {
  const repository = openRepository()
  const locked = await Promise.all(packages.map((each) => toLocked(repository.root, each)))
  const manifest = { name: 'sample', version: '1.0.0', type: 'module', ...packageJson }
  const dependencies = toDependencies(packages, false)
  const optionalDependencies = toDependencies(packages, true)
  const root = { ...manifest, dependencies, optionalDependencies }
  writeAll(repository.root, {
    'package.json': JSON.stringify(root),
    'package-lock.json': JSON.stringify({
      name: manifest.name,
      version: manifest.version,
      lockfileVersion: 3,
      packages: { '': root, ...Object.fromEntries(locked) },
    }),
    ...files,
  })
  repository.commit()
  return toApp(repository)
}

/** Gives a repository that is there already the means to build it. */
export function toApp(repository: Repository): AppRepository {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'servicex-cache-'))
  const env = { XDG_CACHE_HOME: cacheFolder }
  const build = (...words: readonly string[]): Promise<ToolRun> =>
    runKube(['build', ...words], { cwd: repository.root, env })
  return {
    ...repository,
    cacheFolder,
    build,
    plan: async (...words) => {
      const { exitCode, stdout, stderr } = await build('--dry-run', '--json', ...words)
      if (exitCode !== 0) throw new Error(`kube build exited ${exitCode}: ${stderr}`)
      return JSON.parse(stdout) as Planned
    },
    close: () => {
      repository.close()
      rmSync(cacheFolder, { recursive: true, force: true })
    },
  }
}

/** Gives the paths of a layer's files; none when there is no such layer. */
export function pathsOf({ plan }: Planned, layer: string): string[] {
  const layers = plan.platforms[0]?.layers ?? []
  return layers.find(({ name }) => name === layer)?.files?.map(({ path }) => path) ?? []
}

/** Writes files, text or bytes; those that begin with `#!` can be run. */
export function writeAll(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    const place = join(root, path)
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, content)
    if (content.slice(0, 2).toString() === '#!') chmodSync(place, 0o755)
  }
}

/** Writes a package as a tarball into a repository, and gives its path there and its integrity. */
export async function writeTarball(
  root: string,
  { name, files, manifest = {} }: PackedPackage,
): Promise<{ readonly path: string; readonly integrity: string }> {
  const packageJson = JSON.stringify({ name, version: '1.0.0', ...manifest })
  const members = Object.entries({ 'package.json': packageJson, ...files })
  const tar = await packTar(
    members.map(([path, content]) => {
      const body = Buffer.from(content)
      const mode = body.toString('latin1', 0, 2) === '#!' ? 0o755 : 0o644
      return {
        header: { name: `package/${path}`, size: body.length, mode, mtime: new Date(0) },
        body,
      }
    }),
  )
  const tarball = gzipSync(tar)
  const path = toTarball(name)
  writeAll(root, { [path]: tarball })
  return { path, integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}` }
}

async function toLocked(root: string, each: PackedPackage): Promise<[string, object]> {
  const { name, manifest, isOptional = false } = each
  const { path, integrity } = await writeTarball(root, each)
  const entry = { version: '1.0.0', resolved: `file:${path}`, integrity, ...manifest }
  return [`node_modules/${name}`, isOptional ? { ...entry, optional: true } : entry]
}

function toDependencies(
  packages: readonly PackedPackage[],
  isOptional: boolean,
): Record<string, string> {
  const chosen = packages.filter((each) => (each.isOptional ?? false) === isOptional)
  return Object.fromEntries(chosen.map(({ name }) => [name, `file:${toTarball(name)}`]))
}

function toTarball(name: string): string {
  return `vendor/${name.replace('/', '-')}.tgz`
}
