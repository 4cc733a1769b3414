import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const OUTPUT_BYTES = 64 * 1024 * 1024

/** One file of the tarball. */
export interface PackedFile {
  readonly path: string
  readonly size: number
  readonly mode: number
}

/** The package as it would be published. */
export interface PackedPackage {
  readonly tarball: string
  readonly files: readonly PackedFile[]
  readonly packedBytes: number
}

/** Opens an empty temporary folder; `close` removes it. */
export async function openFolder(): Promise<{ path: string; close: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'servicex-package-'))
  return { path, close: () => rm(path, { recursive: true, force: true }) }
}

/** Packs the built package into `folder`. */
export async function writePackage(folder: string): Promise<PackedPackage> {
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const { stdout } = await run('npm', words, { cwd: root, maxBuffer: OUTPUT_BYTES })
  const [packed] = JSON.parse(stdout) as { filename: string; size: number; files: PackedFile[] }[]
  if (packed === undefined) throw new Error(`npm pack printed no package: ${stdout}`)
  return {
    tarball: join(folder, packed.filename),
    files: packed.files,
    packedBytes: packed.size,
  }
}

/** Gives the reason why the npm registry cannot be asked, or nothing when it can. */
export async function readRegistryProblem(): Promise<string | undefined> {
  try {
    await run('npm', ['view', 'typescript', 'version', '--prefer-online', '--fetch-retries=0'])
    return undefined
  } catch (error) {
    const reason = /npm error code (\w+)/.exec((error as { stderr: string }).stderr)?.[1]
    return `the npm registry cannot be asked (${reason ?? 'unknown reason'})`
  }
}

/** Installs packages into `folder` as a stranger would: no lockfile, no install scripts. */
export async function installPackages(
  folder: string,
  dependencies: Readonly<Record<string, string>>,
): Promise<void> {
  const manifest = { name: 'stranger', private: true, type: 'module', dependencies }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const words = ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund']
  await run('npm', words, { cwd: folder, maxBuffer: OUTPUT_BYTES })
}

/** What these tests read of package.json. */
export interface Manifest {
  readonly version: string
  readonly exports: Readonly<Record<string, string | ExportTarget>>
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

/** Where a subpath leads. */
export interface ExportTarget {
  readonly types: string
  readonly default: string
}

/** Reads the repo's own package.json. */
export async function readManifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest
}
