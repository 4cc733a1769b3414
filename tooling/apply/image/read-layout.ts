import { relative, sep } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { PackageManager, Project } from '../../parse/project.ts'
import { type FileEntry, joinPath, nameOf } from '../../plan/image/entry.ts'
import { isManifest } from '../../plan/image/install-inputs.ts'
import { type ManagerLine, toManagerLine } from '../../plan/image/install-plan.ts'
import { toFolderTest } from '../../plan/image/path-pattern.ts'
import {
  type RepositoryManifest,
  type RepositoryPackage,
  toLinkedFolders,
  toUsedPackages,
} from '../../plan/image/workspaces.ts'
import type { Source } from './open-source.ts'

/** How the packages of a commit lie: the app, those it uses, and who installs them. */
export interface Layout {
  readonly app: RepositoryPackage
  /** Packages of the repository that the app uses, in the order they are built. */
  readonly used: readonly RepositoryPackage[]
  /** Every package of the repository, the app among them. */
  readonly all: readonly RepositoryPackage[]
  readonly manager: ManagerLine
  /** Whether the lockfile is that of several packages. */
  readonly isWorkspace: boolean
  /** Absent when the app has no dependencies, and so needs none. */
  readonly lockfile?: FileEntry
}

const LOCKFILES: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['npm-shrinkwrap.json', 'package-lock.json'],
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
}

/** Gives the folder that is the top of an image's files, below the repository: that of the lockfile, else the app's own. */
export function toTopFolder({ root, repository, lockfile }: Project): string {
  const place = lockfile === undefined ? root : lockfile.slice(0, -nameOf(lockfile).length - 1)
  return toFolder(repository ?? root, place)
}

/**
 * Reads the packages of a source, whose top is that of `toTopFolder`.
 *
 * Rejects with SERVICEX_LOCKFILE_MISSING when there are dependencies and the commit has no lockfile.
 */
export async function readLayout(source: Source, project: Project): Promise<Layout> {
  const { repository = project.root, root, packageManager } = project
  const appFolder = toFolder(repository, root)
  const top = toTopFolder(project)
  const folder = top === '' ? appFolder : appFolder.slice(top.length + 1)
  const all = await readPackages(source, folder)
  const app = all.find((each) => each.folder === folder)
  if (app === undefined) throw notCommitted(joinPath(appFolder, 'package.json'))
  const others = all.filter((each) => each !== app)
  const used = toUsedPackages(app, others)
  const names = LOCKFILES[packageManager]
  const lockfile = source.entries.find(
    (entry): entry is FileEntry => entry.kind === 'file' && names.includes(entry.path),
  )
  if (lockfile === undefined && hasDependencies([app, ...used])) throw noLockfile(names)
  const text = lockfile === undefined ? '' : (await source.read(lockfile.content)).toString()
  return {
    app,
    used,
    all,
    manager: toManagerLine(packageManager, text),
    isWorkspace: others.length > 0,
    ...(lockfile === undefined ? {} : { lockfile }),
  }
}

async function readPackages(source: Source, appFolder: string): Promise<RepositoryPackage[]> {
  const manifests = source.entries.filter(isManifest)
  const readAt = async (folder: string): Promise<RepositoryPackage | undefined> => {
    const file = manifests.find(({ path }) => path === joinPath(folder, 'package.json'))
    if (file === undefined) return undefined
    const packageJson = toManifest(await source.read(file.content), file.path)
    return { folder, packageJson }
  }
  const found = new Map<string, RepositoryPackage>()
  const isWorkspace = toFolderTest(await readPatterns(source, await readAt('')))
  if (appFolder !== '' && !isWorkspace(appFolder)) throw noWorkspace(appFolder)
  const folders = manifests.map(({ path }) => path.slice(0, -'/package.json'.length))
  const queue = ['', appFolder, ...folders.filter((folder) => folder !== '' && isWorkspace(folder))]
  for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
    const each = found.has(folder) ? undefined : await readAt(folder)
    if (each === undefined) continue
    found.set(folder, each)
    queue.push(...toLinkedFolders(each))
  }
  return [...found.values()]
}

/** The `workspaces` of package.json, and the `packages` of pnpm-workspace.yaml. */
async function readPatterns(
  source: Source,
  top: RepositoryPackage | undefined,
): Promise<readonly string[]> {
  const ofPackage: unknown = top?.packageJson.workspaces
  const named: unknown = isRecord(ofPackage) ? ofPackage['packages'] : ofPackage
  const file = source.entries.find(({ path }) => path === 'pnpm-workspace.yaml')
  if (file?.kind !== 'file') return Array.isArray(named) ? named.map(String) : []
  const text = (await source.read(file.content)).toString()
  const { parse: parseYaml } = await import('yaml')
  const value = parseYaml(text, { maxAliasCount: 100 }) as { readonly packages?: unknown } | null
  const packages: unknown = value?.packages ?? []
  return Array.isArray(packages) ? packages.map(String) : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toManifest(bytes: Buffer, path: string): RepositoryManifest {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (isRecord(value)) return value
    throw new Error('it is no object')
  } catch (cause) {
    throw new ServicexError('SERVICEX_PROJECT_INVALID', {
      summary: `${path} of the commit is no JSON object`,
      fix: `correct ${path} and commit it`,
      cause,
    })
  }
}

/** Says whether a scope of an install holds anything at all. */
export function hasPackages({ app, used, all }: Layout, scope: 'production' | 'all'): boolean {
  if (scope === 'production') return hasDependencies([app, ...used])
  const tools = all.some(
    ({ packageJson }) => Object.keys(packageJson.devDependencies ?? {}).length > 0,
  )
  return tools || hasDependencies(all)
}

function hasDependencies(packages: readonly RepositoryPackage[]): boolean {
  return packages.some(({ packageJson }) => {
    const { dependencies, optionalDependencies } = packageJson
    return Object.keys({ ...dependencies, ...optionalDependencies }).length > 0
  })
}

function toFolder(repository: string, place: string): string {
  return relative(repository, place).split(sep).join('/')
}

function noLockfile(names: readonly string[]): ServicexError {
  return new ServicexError('SERVICEX_LOCKFILE_MISSING', {
    summary: `the app has dependencies, and the commit has no ${names.at(-1)}`,
    fix: 'install once, then commit the lockfile',
  })
}

function noWorkspace(folder: string): ServicexError {
  return new ServicexError('SERVICEX_LOCKFILE_MISSING', {
    summary: `the lockfile above ${folder} is not its own: ${folder} is none of the workspaces there`,
    fix: `install once in ${folder} and commit its lockfile, or add it to the workspaces`,
  })
}

function notCommitted(path: string): ServicexError {
  return new ServicexError('SERVICEX_PROJECT_INVALID', {
    summary: `${path} is not in the commit`,
    fix: `git add ${path}, then commit`,
  })
}
