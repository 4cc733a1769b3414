import { join } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { type Entry, byPath, isBelow, joinPath } from '../../plan/image/entry.ts'
import { leaveOutOfSource } from '../../plan/image/leave-out-rules.ts'
import type { LeftOut } from '../../plan/image/left-out.ts'
import { checkLinks } from '../../plan/image/links.ts'
import { toTarballPaths } from '../../plan/image/install-inputs.ts'
import { findMain } from '../../plan/image/main-module.ts'
import { type Selected, selectEntries } from '../../plan/image/select-entries.ts'
import { isTypeScriptPackage, type RepositoryPackage } from '../../plan/image/workspaces.ts'
import { assertSafe } from './assert-safe.ts'
import { collectFiles } from './collect-files.ts'
import type { ImageJob } from './image-job.ts'

/** The files of the repository that come into the image, layer by layer. */
export interface AppFiles {
  readonly app: Selected
  /** Packages of the repository that the app uses. */
  readonly workspaces: Selected
  /** The module that starts the app, relative to its package. */
  readonly main: string
}

/**
 * Gives what comes into the image of the repository's own files: of the commit, or of the folder in
 * which it was built. Rejects with SERVICEX_IMAGE_MAIN_MISSING and SERVICEX_IMAGE_CONTENT_UNSAFE.
 */
export async function readAppFiles(job: ImageJob, built: string | undefined): Promise<AppFiles> {
  const { used, all } = job.layout
  const { entries, unsafe } = await readEntries(job, built)
  const owners = toOwners(entries, all)
  const main = toMain(job, entries)
  const app = selectApp(job, owners.get(job.layout.app) ?? [], main)
  const workspaces = joinSelected(used.map((each) => selectUsed(job, each, owners.get(each) ?? [])))
  const paths = [...app.entries, ...workspaces.entries].map(({ path }) => path)
  const isThere = (path: string): boolean =>
    isInstalled(path) || paths.some((each) => isBelow(each, path))
  const links = { app: checkLinks(app, isThere), workspaces: checkLinks(workspaces, isThere) }
  const leaving = [...links.app.unsafe, ...links.workspaces.unsafe]
  assertSafe([...unsafe, ...leaving.map(({ path, target }) => `${path} -> ${target}`)])
  await assertNoPointers(job, links.app.layer.entries)
  const leftOut = [...links.app.layer.leftOut, ...toSubmodules(job)]
  return { app: { ...links.app.layer, leftOut }, workspaces: links.workspaces.layer, main }
}

function selectApp(job: ImageJob, entries: readonly Entry[], main: string): Selected {
  const { folder } = job.layout.app
  const rule = leaveOutOfSource({
    folder,
    runsTypeScript: /\.[cm]?ts$/.test(main),
    main: joinPath(folder, main),
    tarballs: job.layout.all.flatMap(toTarballPaths),
  })
  return selectEntries(entries, rule, job.selection)
}

function selectUsed(
  job: ImageJob,
  { folder, packageJson }: RepositoryPackage,
  entries: readonly Entry[],
): Selected {
  const rule = leaveOutOfSource({ folder, runsTypeScript: isTypeScriptPackage(packageJson) })
  return selectEntries(entries, rule, job.selection)
}

function joinSelected(parts: readonly Selected[]): Selected {
  return {
    entries: parts.flatMap(({ entries }) => entries).toSorted(byPath),
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
  }
}

function isInstalled(path: string): boolean {
  return /(?:^|\/)node_modules(?:\/|$)/.test(path)
}

function toSubmodules({ source }: ImageJob): LeftOut[] {
  return source.submodules.map((path) => ({ path, reason: 'submodule', sizeBytes: 0 }))
}

async function readEntries(
  { source }: ImageJob,
  built: string | undefined,
): Promise<{ readonly entries: readonly Entry[]; readonly unsafe: readonly string[] }> {
  if (built === undefined) return { entries: source.entries, unsafe: [] }
  return collectFiles(built, '', (path) => path === '.git' || /(?:^|\/)node_modules$/.test(path))
}

/** Groups entries by the package they belong to: the deepest folder that holds them. */
function toOwners(
  entries: readonly Entry[],
  packages: readonly RepositoryPackage[],
): ReadonlyMap<RepositoryPackage | undefined, Entry[]> {
  const deepestFirst = packages.toSorted((a, b) => b.folder.length - a.folder.length)
  return Map.groupBy(entries, ({ path }) =>
    deepestFirst.find(({ folder }) => isBelow(path, folder)),
  )
}

function toMain({ layout, project }: ImageJob, entries: readonly Entry[]): string {
  const { folder, packageJson } = layout.app
  const paths = new Set(entries.map(({ path }) => path))
  const configured = project.settings.image?.main
  return findMain({
    packageJson,
    hasFile: (path) => paths.has(joinPath(folder, path)),
    ...(configured === undefined ? {} : { configured }),
  })
}

/** A Git LFS pointer stands in the commit where the file's own bytes are kept elsewhere. */
async function assertNoPointers({ source }: ImageJob, entries: readonly Entry[]): Promise<void> {
  const found: string[] = []
  for (const entry of entries) {
    if (entry.kind !== 'file' || entry.sizeBytes < 100 || entry.sizeBytes > 300) continue
    const text = (await source.read(entry.content)).toString('latin1')
    if (text.startsWith('version https://git-lfs.github.com/spec/')) found.push(entry.path)
  }
  if (found.length === 0) return
  throw new ServicexError('SERVICEX_IMAGE_CONTENT_UNSAFE', {
    summary: 'the commit holds pointers of Git LFS in place of files',
    details: found,
    fix: 'commit the files themselves, or exclude them in package.json#servicex.image.exclude',
  })
}

/** Gives the folder of the app on disk. */
export function toAppFolder(folder: string, { layout }: ImageJob): string {
  return join(folder, layout.app.folder)
}
