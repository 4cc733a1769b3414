import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toServiceName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { readRepository } from './git.ts'
import { mergeSettings, readSettingsLayers } from './read-settings.ts'
import type { Settings } from './settings.ts'

/** The parts of package.json that the tool reads. */
export interface PackageJson {
  readonly name?: string
  readonly version?: string
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly main?: string
  readonly packageManager?: string
  readonly workspaces?: readonly string[] | { readonly packages?: readonly string[] }
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly engines?: Readonly<Record<string, string>>
  readonly servicex?: unknown
}

/** Who installs the packages of a repository. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn'

/** The service that a command works on, as its files say. */
export interface Project {
  /** The folder of its package.json. */
  readonly root: string
  /** The top folder of its git repository; absent outside one. */
  readonly repository?: string
  /** The app's name by its package; `service.ts` may say another. */
  readonly name: string
  readonly packageJson: PackageJson
  readonly packageManager: PackageManager
  /** Its path; in a workspace it lies above `root`. Absent when nothing is locked. */
  readonly lockfile?: string
  readonly settings: Settings
}

const LOCKFILES: readonly (readonly [name: string, manager: PackageManager])[] = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
]

/** Gives what stands in for a project in a folder without one: its settings are those of variables alone. */
export async function readBareProject(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Project> {
  const settings = mergeSettings(await readSettingsLayers(cwd, undefined, env))
  return {
    root: cwd,
    name: toServiceName(undefined),
    packageJson: {},
    packageManager: 'npm',
    settings,
  }
}

/** Says whether there is a package.json in `cwd` or above it. */
export async function isInProject(cwd: string): Promise<boolean> {
  return (await findUpwards(cwd, 'package.json')) !== undefined
}

/**
 * Reads the project that `cwd` lies in: the nearest folder at or above it with a package.json.
 *
 * Rejects with SERVICEX_PROJECT_INVALID when there is none or it cannot be read, and with
 * SERVICEX_SETTINGS_INVALID when `package.json#servicex` has a wrong key.
 */
export async function readProject(
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Project> {
  const root = await findUpwards(cwd, 'package.json')
  if (root === undefined)
    throw new ServicexError('SERVICEX_PROJECT_INVALID', {
      summary: `no package.json in ${cwd} or above it`,
      fix: 'run this in the folder of a service',
    })
  const packageJson = await readPackageJson(join(root, 'package.json'))
  const repository = await readRepository(root)
  const lock = await findLock(root, repository ?? root, packageJson)
  return {
    root,
    name: toServiceName(packageJson.name),
    packageJson,
    packageManager: lock?.manager ?? namedManager(packageJson) ?? 'npm',
    settings: mergeSettings(await readSettingsLayers(root, packageJson.servicex, env)),
    ...(repository === undefined ? {} : { repository }),
    ...(lock === undefined ? {} : { lockfile: lock.path }),
  }
}

async function readPackageJson(path: string): Promise<PackageJson> {
  const text = await readFile(path, 'utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (cause) {
    throw notJson(path, cause)
  }
  throw notJson(path)
}

function notJson(path: string, cause?: unknown): ServicexError {
  const reason = cause instanceof Error ? `: ${cause.message.split('\n')[0]}` : ''
  return new ServicexError('SERVICEX_PROJECT_INVALID', {
    summary: `${path} is no JSON object${reason}`,
    fix: `correct ${path}`,
    ...(cause === undefined ? {} : { cause }),
  })
}

/** Looks from the project up to the top of its repository: a workspace has one lockfile, at its top. */
async function findLock(
  root: string,
  top: string,
  packageJson: PackageJson,
): Promise<{ readonly path: string; readonly manager: PackageManager } | undefined> {
  for (let folder = root; ; folder = dirname(folder)) {
    const present = []
    for (const [name, manager] of LOCKFILES)
      if (await isPresent(join(folder, name))) present.push({ path: join(folder, name), manager })
    const wanted = namedManager(packageJson)
    const [first, second] =
      wanted === undefined ? present : present.filter(({ manager }) => manager === wanted)
    if (first !== undefined && second !== undefined && first.manager !== second.manager)
      throw new ServicexError('SERVICEX_PROJECT_INVALID', {
        summary: `${folder} has lockfiles of ${first.manager} and of ${second.manager}: which one is true is not said`,
        fix: 'delete one, or name the package manager in package.json#packageManager',
      })
    if (first !== undefined) return first
    if (folder === top || folder === dirname(folder)) return undefined
  }
}

/** Source: Node's Corepack, `packageManager: "pnpm@10.1.0"`. */
function namedManager({ packageManager }: PackageJson): PackageManager | undefined {
  const name = packageManager?.split('@')[0]
  return name === 'npm' || name === 'pnpm' || name === 'yarn' ? name : undefined
}

async function findUpwards(from: string, name: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    if (await isPresent(join(folder, name))) return folder
    if (folder === dirname(folder)) return undefined
  }
}

async function isPresent(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
