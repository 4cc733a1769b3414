// `kube build` for Node apps: commit → source → layout → layers → documents. Each step takes what
// the one before gave; only installing, building and reading the base touch anything outside of the
// cache. Nothing is pushed here. Give it a project whose tree was found clean, or the dirty files.

import type { Project } from '../../parse/project.ts'
import type { Commit } from '../../parse/git.ts'
import { type ImageReference, toImageReference } from '../../parse/image-reference.ts'
import { joinPath } from '../../plan/image/entry.ts'
import type { Descriptor, Platform } from '../../plan/image/oci.ts'
import type { Selection } from '../../plan/image/select-entries.ts'
import { type TargetPlatform, toLibc } from '../../plan/image/target-platform.ts'
import type { BlobSource, RegistryClient } from '../registry/registry-client.ts'
import { type AssembledImage, assembleImage, type Base, type ImageParts } from './assemble-image.ts'
import type { ImageJob } from './image-job.ts'
import { openLayerCache } from './layer-cache.ts'
import { type AppFiles, readAppFiles } from './app-files.ts'
import { type MadeLayers, makeLayers } from './make-image.ts'
import { openSource } from './open-source.ts'
import { readBase, readKeptBase } from './read-base.ts'
import { readLayout, toTopFolder } from './read-layout.ts'
import { toBuilds } from './run-build.ts'

/** What to build. */
export interface BuildRequest {
  readonly project: Project
  readonly commit: Commit
  /** The commit's hash, or that with a mark of what differs from it. */
  readonly revision: string
  readonly platforms: readonly [Platform, ...Platform[]]
  /** With its digest when it is pinned. */
  readonly base: ImageReference
  /** As people call it, with its tag. */
  readonly baseName: string
  readonly cacheFolder: string
  /** Nothing may be fetched: for a dry run. */
  readonly isOffline: boolean
  readonly tell: (line: string) => void
}

/** An image, and what it was made of. */
export interface BuiltImage {
  readonly image: AssembledImage
  readonly made: MadeLayers
  /** Absent in a dry run that has never seen it. */
  readonly base?: Base
  readonly job: ImageJob
}

/** Builds the image of a Node app from its commit. Rejects with what the steps reject with; has changed nothing but its cache. */
export async function buildImage(
  request: BuildRequest,
  client: RegistryClient,
): Promise<BuiltImage> {
  const job = await openJob(request)
  try {
    // The base's documents come while packages are installed.
    const [base, made] = await Promise.all([readBases(request, client), makeLayers(job)])
    const image = assemble(request, { job, made, ...(base === undefined ? {} : { base }) })
    await job.cache.prune()
    return { image, made, job, ...(base === undefined ? {} : { base }) }
  } finally {
    job.source.close()
  }
}

/** What is known of an image whose packages are not on this machine. */
export interface UnmadeImage {
  readonly job: ImageJob
  /** Absent when a build script would have to make them. */
  readonly files?: AppFiles
}

/** Reads what an image would be made of, as far as the commit alone says it. */
export async function readUnmadeImage(request: BuildRequest): Promise<UnmadeImage> {
  const job = await openJob(request)
  try {
    return toBuilds(job).length > 0 ? { job } : { job, files: await readAppFiles(job, undefined) }
  } finally {
    job.source.close()
  }
}

async function openJob(request: BuildRequest): Promise<ImageJob> {
  const { project, commit, cacheFolder } = request
  const source = await openSource({
    repository: project.repository ?? project.root,
    revision: commit.revision,
    folder: toTopFolder(project),
    dirtyFiles: commit.dirtyFiles,
  })
  try {
    const layout = await readLayout(source, project)
    return {
      project,
      source,
      layout,
      cache: await openLayerCache(cacheFolder, Date.now),
      cacheFolder,
      targets: toTargets(request),
      selection: toSelection(project, layout.app.folder),
      allowedScripts: project.settings.image?.allowScripts ?? [],
      committedAtSeconds: commit.committedAtSeconds,
      isOffline: request.isOffline,
      tell: request.tell,
    }
  } catch (error) {
    source.close()
    throw error
  }
}

function assemble(
  request: BuildRequest,
  { job, made, base }: Omit<BuiltImage, 'image'>,
): AssembledImage {
  const { packageJson, folder } = job.layout.app
  const hasRuntime = Object.hasOwn(packageJson.dependencies ?? {}, 'servicex')
  return assembleImage({
    made,
    start: { appFolder: folder, main: made.main, hasRuntime },
    identity: toIdentity(request, made.description.name),
    pathOf: job.cache.pathOf,
    ...(base === undefined ? {} : { base }),
  })
}

/** Gives what the labels of an image say of its commit and its package. */
export function toIdentity(
  { project, commit, revision }: Pick<BuildRequest, 'project' | 'commit' | 'revision'>,
  name: string,
): ImageParts['identity'] {
  const { description, license } = project.packageJson
  return {
    name,
    revision,
    committedAtSeconds: commit.committedAtSeconds,
    ...(description === undefined ? {} : { description }),
    ...(license === undefined ? {} : { licence: license }),
    ...(commit.remoteUrl === undefined ? {} : { remoteUrl: commit.remoteUrl }),
  }
}

/** All platforms are read from what the first one names: a tag that moves meanwhile moves none of them. */
async function readBases(
  { base, baseName, platforms, cacheFolder, isOffline }: BuildRequest,
  client: RegistryClient,
): Promise<Base | undefined> {
  const [platform, ...others] = platforms
  const readOne = (from: ImageReference, each: Platform): ReturnType<typeof readKeptBase> =>
    isOffline
      ? readKeptBase(from, { platform: each, cacheFolder })
      : readBase(client, from, { platform: each, cacheFolder })
  const first = await readOne(base, platform)
  if (first === undefined) return undefined
  const reference = toImageReference(`${base.registry}/${base.repository}@${first.root.digest}`)
  const rest = await Promise.all(others.map((each) => readOne(reference, each)))
  const images = [first, ...rest].filter((each) => each !== undefined)
  if (images.length !== platforms.length) return undefined
  const toSource = (descriptor: Descriptor): BlobSource => ({ descriptor, from: reference })
  return { origin: { name: baseName, reference }, images, toSource }
}

function toTargets({
  platforms: [first, ...others],
  baseName,
  project,
}: BuildRequest): readonly [TargetPlatform, ...TargetPlatform[]] {
  const libc = project.settings.image?.libc ?? toLibc(baseName)
  const toTarget = (platform: Platform): TargetPlatform => ({ platform, libc })
  return [toTarget(first), ...others.map(toTarget)]
}

/** Patterns are relative to the app's package, and to the top of the image's files. */
function toSelection({ settings }: Project, appFolder: string): Selection {
  const { include = [], exclude = [] } = settings.image ?? {}
  const both = (patterns: readonly string[]): string[] =>
    appFolder === ''
      ? [...patterns]
      : patterns.flatMap((pattern) => {
          const bare = pattern.replace(/^!/, '')
          return [
            pattern,
            `${pattern.slice(0, pattern.length - bare.length)}${joinPath(appFolder, bare)}`,
          ]
        })
  return { include: both(include), exclude: both(exclude) }
}
