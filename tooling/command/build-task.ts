import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { readAppName } from '../parse/app-name.ts'
import type { BuildOptions, Delivery } from '../parse/build-request.ts'
import { readCacheFolder } from '../parse/cache-folder.ts'
import { readDirtyName } from '../parse/dirty-name.ts'
import { type Commit, readCommit } from '../parse/git.ts'
import { type BaseImage, readPinnedBase, toBaseImage } from '../parse/pinned-base.ts'
import { type Project, readProject } from '../parse/project.ts'
import { readSigning, type Signing } from '../parse/signing.ts'
import { DEFAULT_BASE_IMAGE, toDirtyRevision } from '../plan/image/image-place.ts'
import type { Platform } from '../plan/image/oci.ts'
import { toHostPlatform, toPlatforms } from '../plan/image/target-platform.ts'
import type { CommandContext } from './command.ts'

/** What one `kube build` is to do. */
export interface BuildTask {
  readonly project: Project
  readonly commit: Commit
  /** The commit's hash, or that with a mark of what differs from it. */
  readonly revision: string
  /** Of the declaration, else of the package. */
  readonly name: string
  readonly delivery: Delivery
  readonly platforms: readonly [Platform, ...Platform[]]
  /** With its digest when servicex.lock pins it. */
  readonly base: BaseImage
  /** Relative to the project; absent for a Node app without one. */
  readonly dockerfile?: string
  /** What the image is signed with. */
  readonly signing?: Signing
  readonly cacheFolder: string
  readonly isDryRun: boolean
}

/** What an image is made for when nothing says another: not this machine's, so that the digest is the same everywhere. */
const DEFAULT_PLATFORM = 'linux/amd64'

/** The most files that an error lists. */
const MAX_FILES = 20

/**
 * Reads what is to be built: the project, its commit, and whether the tree is that commit.
 *
 * Rejects with SERVICEX_TREE_DIRTY and the files that differ, unless they are allowed to.
 */
export async function readBuildTask(
  host: CommandContext['host'],
  options: BuildOptions & Pick<BuildTask, 'delivery'>,
): Promise<BuildTask> {
  const project = await readProject(await realpath(host.cwd()))
  const platforms = toTargets(options, project)
  const [commit, name, pinned] = await Promise.all([
    readCommit(project.root),
    readAppName(project),
    readPinnedBase(project.root),
  ])
  const { dirtyFiles } = commit
  if (dirtyFiles.length > 0 && options.allowDirty !== true) throw dirty(commit)
  const revision =
    dirtyFiles.length === 0
      ? commit.revision
      : toDirtyRevision(
          commit.revision,
          await readDirtyName(project.repository ?? project.root, dirtyFiles),
        )
  return {
    project,
    commit,
    revision,
    name,
    delivery: options.delivery,
    platforms,
    base: toBaseImage(project.settings.baseImage ?? DEFAULT_BASE_IMAGE, pinned),
    ...toDockerfile(options, project),
    ...(options.sign === undefined
      ? {}
      : {
          signing: await readSigning(options.sign, { env: host.env, settings: project.settings }),
        }),
    cacheFolder: readCacheFolder(host.env),
    isDryRun: options.dryRun === true,
  }
}

function toTargets(
  { platform, load }: BuildOptions,
  { settings }: Project,
): BuildTask['platforms'] {
  const settled = settings.image?.platforms?.join(',')
  if (load !== true) return toPlatforms(platform ?? settled ?? DEFAULT_PLATFORM)
  const platforms = platform === undefined ? [toHostPlatform(process.arch)] : toPlatforms(platform)
  const [first, ...others] = platforms
  if (first !== undefined && others.length === 0) return [first]
  throw new ServicexError('SERVICEX_USAGE', {
    summary: 'kube build: --load takes one platform: an engine runs one',
    fix: 'kube build --load',
  })
}

/** The one that is named, else one at the top of the project, unless it is not wanted. */
function toDockerfile(
  { dockerfile }: BuildOptions,
  { root }: Project,
): Pick<BuildTask, 'dockerfile'> {
  if (dockerfile === false) return {}
  const named = typeof dockerfile === 'string' ? dockerfile : undefined
  const path = relative(root, resolve(root, named ?? 'Dockerfile'))
  if (existsSync(join(root, path)) && !path.startsWith('..')) return { dockerfile: path }
  if (named === undefined) return {}
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `kube build: there is no ${JSON.stringify(named)} in ${root}`,
    fix: 'name a Dockerfile of the project',
  })
}

function dirty({ revision, dirtyFiles }: Commit): ServicexError {
  const more = dirtyFiles.length - MAX_FILES
  return new ServicexError('SERVICEX_TREE_DIRTY', {
    summary: `the working tree differs from commit ${revision.slice(0, 12)} in ${dirtyFiles.length} ${dirtyFiles.length === 1 ? 'file' : 'files'}`,
    details: [...dirtyFiles.slice(0, MAX_FILES), ...(more > 0 ? [`and ${more} more`] : [])],
    fix: 'commit or discard them; --allow-dirty builds them under a name that says so',
  })
}
