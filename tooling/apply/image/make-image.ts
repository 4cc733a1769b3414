import { DECLARATION_FILES, type ImageLayerName } from '../../../src/convention/image.ts'
import type { Description } from '../../../src/convention/description.ts'
import { readDescription } from '../../parse/description.ts'
import { type Content, type Entry, joinPath } from '../../plan/image/entry.ts'
import type { CommitRecord } from '../../plan/deploy/commit-record.ts'
import type { TargetPlatform } from '../../plan/image/target-platform.ts'
import { type AppFiles, readAppFiles, toAppFolder } from './app-files.ts'
import { makeDependencies } from './dependencies.ts'
import type { ImageJob } from './image-job.ts'
import { openInstalledFolder } from './installed-folder.ts'
import type { KeptLayer, LayerCache } from './layer-cache.ts'
import { readCommitRecord } from './read-commit-record.ts'
import { runBuilds, toBuilds } from './run-build.ts'

/** One of our layers, made. */
export interface MadeLayer extends KeptLayer {
  readonly name: ImageLayerName
}

/** Everything of an image but its base. */
export interface MadeLayers {
  /** For each platform, in the order they were asked for. */
  readonly platforms: readonly PlatformLayers[]
  readonly main: string
  readonly description: Description
  readonly record: CommitRecord
}

/** The layers for one platform, the lowest first. */
export interface PlatformLayers {
  readonly target: TargetPlatform
  readonly layers: readonly MadeLayer[]
}

/** The time of the declaration's files: always the same, so that the layer is. */
const MTIME_SECONDS = 1

/** Makes the layers of an image: installs, builds and packs what is not in the cache. */
export async function makeLayers(job: ImageJob): Promise<MadeLayers> {
  const dependencies: (KeptLayer | undefined)[] = []
  for (const target of job.targets) dependencies.push(await makeDependencies(job, target))
  const own = await makeOwnLayers(job)
  const platforms = job.targets.map((target, place): PlatformLayers => {
    const layer = dependencies[place]
    const lowest = layer === undefined ? [] : [{ name: 'dependencies' as const, ...layer }]
    return { target, layers: [...lowest, ...own.layers] }
  })
  const { main, description, record } = own
  return { platforms, main, description, record }
}

/** The layers that are the same on every platform, made where the commit's files and its packages are together. */
async function makeOwnLayers(
  job: ImageJob,
): Promise<
  Pick<MadeLayers, 'main' | 'description' | 'record'> & { readonly layers: readonly MadeLayer[] }
> {
  const isBuilt = toBuilds(job).length > 0
  const scope = isBuilt
    ? ({ scope: 'all' } as const)
    : ({ scope: 'production', target: job.targets[0] } as const)
  const folder = await openInstalledFolder(job, scope)
  try {
    const { entries, read } = job.source
    await folder.lay(entries.filter(isNoPackage), read)
    if (isBuilt) await runBuilds(job, folder.path)
    const files = await readAppFiles(job, isBuilt ? folder.path : undefined)
    const description = await readDescription(toAppFolder(folder.path, job), {
      packageName: job.project.name,
    })
    const record = await readCommitRecord({
      project: job.project,
      folder: toAppFolder(folder.path, job),
      top: folder.path,
      description,
      committedAtSeconds: job.committedAtSeconds,
    })
    const layers = await packOwn(job, files, { description, record })
    return { layers, main: files.main, description, record }
  } finally {
    await folder.close()
  }
}

async function packOwn(
  job: ImageJob,
  files: AppFiles,
  declaration: Pick<DeclarationParts, 'description' | 'record'>,
): Promise<readonly MadeLayer[]> {
  const { read } = job.source
  const pack = async (
    name: ImageLayerName,
    selected: AppFiles['app'],
    mtimeSeconds: number,
  ): Promise<MadeLayer[]> =>
    selected.entries.length === 0
      ? []
      : [{ name, ...(await job.cache.make({ ...selected, mtimeSeconds, read })) }]
  return [
    ...(await pack('workspaces', files.workspaces, MTIME_SECONDS)),
    // A file server's ETag is a file's length and time: a new commit must be seen as one.
    ...(await pack('app', files.app, job.committedAtSeconds)),
    await packDeclaration({
      cache: job.cache,
      folder: job.layout.app.folder,
      ...declaration,
    }),
  ]
}

/** What a declaration layer is made of. */
export interface DeclarationParts {
  readonly cache: LayerCache
  /** The app's folder below the top one; that itself is the empty text. */
  readonly folder: string
  readonly description: Description
  readonly record: CommitRecord
}

/** Makes the small layer by which a deploy reads what the image is, without the rest of it. */
export async function packDeclaration(parts: DeclarationParts): Promise<MadeLayer> {
  const { cache, folder, description, record } = parts
  const { contract } = description
  const texts = [
    ...(contract === undefined ? [] : [[DECLARATION_FILES.contract, toJson(contract)] as const]),
    [DECLARATION_FILES.description, toJson(description)] as const,
    [DECLARATION_FILES.record, toJson(record)] as const,
  ]
  const entries = texts.map(([path, text]): Entry => ({
    kind: 'file',
    path: joinPath(folder, path),
    sizeBytes: Buffer.byteLength(text),
    isExecutable: false,
    content: { kind: 'text', text },
  }))
  const layer = await cache.make({
    entries,
    leftOut: [],
    mtimeSeconds: MTIME_SECONDS,
    read: readText,
  })
  return { name: 'declaration', ...layer }
}

function readText(content: Content): Promise<Buffer> {
  if (content.kind !== 'text') throw new Error(`a declaration is text, not in a ${content.kind}`)
  return Promise.resolve(Buffer.from(content.text))
}

/** Gives a declaration's JSON as it stands in the image; its digest is that of exactly this text. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

function isNoPackage({ path }: Entry): boolean {
  return !/(?:^|\/)node_modules(?:\/|$)/.test(path)
}
