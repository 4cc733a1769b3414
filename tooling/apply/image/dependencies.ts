import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { toNativeCode } from '../../plan/image/elf.ts'
import { byPath, type Entry, type FileEntry, isBelow, joinPath } from '../../plan/image/entry.ts'
import { leaveOutOfDependencies } from '../../plan/image/leave-out-rules.ts'
import { checkLinks } from '../../plan/image/links.ts'
import {
  judgeAddons,
  mayBeNative,
  type NativeAddon,
  toNativeCodeText,
} from '../../plan/image/native-addons.ts'
import { toPlatformText } from '../../plan/image/oci.ts'
import { type Selected, selectEntries } from '../../plan/image/select-entries.ts'
import type { TargetPlatform } from '../../plan/image/target-platform.ts'
import { assertSafe } from './assert-safe.ts'
import { collectFiles } from './collect-files.ts'
import type { ImageJob } from './image-job.ts'
import { toInstallKey } from './install-key.ts'
import { openInstalledFolder } from './installed-folder.ts'
import type { KeptLayer } from './layer-cache.ts'
import { hasPackages } from './read-layout.ts'

/** When the files of packages were changed last, seconds since 1970: always, so that the layer stays the same. */
const MTIME_SECONDS = 1

/**
 * Gives the layer of the production packages for a platform: the one that was made from the same
 * lockfile before, or a new one. `undefined` when there are none.
 *
 * Rejects with SERVICEX_IMAGE_PLATFORM when native code among them would not load there.
 */
export async function makeDependencies(
  job: ImageJob,
  target: TargetPlatform,
): Promise<KeptLayer | undefined> {
  if (!hasPackages(job.layout, 'production')) return undefined
  const scope = { scope: 'production', target } as const
  const key = await toInstallKey(job, scope)
  const known = await job.cache.find(key)
  if (known !== undefined) return known
  const folder = await openInstalledFolder(job, scope)
  try {
    const { entries, leftOut } = await readPackages(job, folder.path, target)
    const all = [...folder.leftOut, ...leftOut].toSorted(byPath)
    return await job.cache.make({ entries, leftOut: all, mtimeSeconds: MTIME_SECONDS, read }, key)
  } finally {
    await folder.close()
  }
}

async function readPackages(
  job: ImageJob,
  folder: string,
  target: TargetPlatform,
): Promise<Selected> {
  const { app, used } = job.layout
  const owners = [...new Set(['', app.folder, ...used.map((each) => each.folder)])]
  const collected = await Promise.all(
    owners.map((owner) => {
      const place = joinPath(owner, 'node_modules')
      return collectFiles(join(folder, place), place)
    }),
  )
  const selected = selectEntries(
    collected.flatMap(({ entries }) => entries),
    leaveOutOfDependencies,
    job.selection,
  )
  const fit = await withoutNeedless(selected, target)
  // Packages of the repository are in the layers above.
  const { layer, unsafe } = checkLinks(fit, (path) =>
    [app, ...used].some((each) => each.folder !== '' && isBelow(path, each.folder)),
  )
  assertSafe([
    ...collected.flatMap((each) => each.unsafe),
    ...unsafe.map((link) => `${link.path} -> ${link.target}`),
  ])
  return layer
}

/** Takes binaries for other platforms out. Rejects with SERVICEX_IMAGE_PLATFORM when a package has no other. */
async function withoutNeedless(selected: Selected, target: TargetPlatform): Promise<Selected> {
  const candidates = selected.entries.filter(isNativeCandidate)
  const addons = await Promise.all(
    candidates.map(async ({ path, content }): Promise<NativeAddon> => {
      const bytes = content.kind === 'disk' ? await readFile(content.path) : Buffer.alloc(0)
      return { path, code: toNativeCode(bytes) }
    }),
  )
  const programs = addons.filter(({ code }) => code.system !== 'unknown')
  const { needless, unfit } = judgeAddons(programs, target)
  if (unfit.length > 0) throw unfitFor(target, unfit)
  const isNeedless = new Set(needless)
  const taken = candidates.filter(({ path }) => isNeedless.has(path))
  return {
    entries: selected.entries.filter(({ path }) => !isNeedless.has(path)),
    leftOut: [
      ...selected.leftOut,
      ...taken.map(({ path, sizeBytes }) => ({
        path,
        sizeBytes,
        reason: 'other-platform' as const,
      })),
    ],
  }
}

function isNativeCandidate(entry: Entry): entry is FileEntry {
  return entry.kind === 'file' && mayBeNative(entry)
}

function read(content: FileEntry['content']): Promise<Buffer> {
  if (content.kind !== 'disk') throw new Error(`packages are on disk, not in a ${content.kind}`)
  return readFile(content.path)
}

function unfitFor(
  { platform, libc }: TargetPlatform,
  unfit: readonly NativeAddon[],
): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_PLATFORM', {
    summary: `native code among the dependencies does not load on ${toPlatformText(platform)} with ${libc}`,
    details: unfit.map(({ path, code }) => `${path}  is for ${toNativeCodeText(code)}`),
    fix: 'use a version of the package that brings binaries for it, or build on such a machine with the package in image.allowScripts',
  })
}
