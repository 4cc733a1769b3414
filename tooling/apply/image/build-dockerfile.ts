import { randomUUID } from 'node:crypto'
import { lutimes, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Description } from '../../../src/convention/description.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { readInstallEnv } from '../../parse/build-env.ts'
import { readDescription } from '../../parse/description.ts'
import type { CommitRecord } from '../../plan/deploy/commit-record.ts'
import {
  type Builder,
  type DockerfileRequest,
  planDockerfile,
} from '../../plan/image/dockerfile-plan.ts'
import type { LeftOut } from '../../plan/image/left-out.ts'
import type { TargetPlatform } from '../../plan/image/target-platform.ts'
import { selectEntries } from '../../plan/image/select-entries.ts'
import { type AssembledImage, assembleImage } from './assemble-image.ts'
import { type BuildRequest, toIdentity } from './build-image.ts'
import { whyAbsent } from './engine.ts'
import { toKey } from './install-key.ts'
import { openLayerCache } from './layer-cache.ts'
import { packDeclaration } from './make-image.ts'
import { openSource } from './open-source.ts'
import { readCommitRecord } from './read-commit-record.ts'
import { readOciLayout, toLayoutSource } from './read-oci-layout.ts'
import { runProgram } from './run-program.ts'
import { openWorkFolder, type WorkFolder } from './work-folder.ts'

/** The image of a Dockerfile; its files must be kept until it is delivered, then `close`d. */
export interface DockerfileImage {
  readonly image: AssembledImage
  readonly builder: Builder
  readonly name: string
  readonly description: Description
  readonly record: CommitRecord
  /** What the Dockerfile does not get to see. */
  readonly leftOut: readonly LeftOut[]
  readonly close: () => Promise<void>
}

/** What each builder is asked first: docker is of use with its engine and with buildx only. */
const BUILDERS: readonly (readonly [
  builder: Builder,
  ...questions: readonly (readonly string[])[],
])[] = [
  ['docker', ['version', '--format', '{{.Server.Version}}'], ['buildx', 'version']],
  ['buildah', ['--version']],
  ['podman', ['--version']],
]

/**
 * Builds a Dockerfile with the builder of this machine, from the commit's files without its secrets, and
 * puts our labels, time and declaration on what it made. Rejects with SERVICEX_BUILDER_MISSING and SERVICEX_BUILD_FAILED.
 */
export async function buildDockerfile(
  request: BuildRequest,
  file: string,
): Promise<DockerfileImage> {
  const { project, cacheFolder } = request
  const builder = await findBuilder()
  const work = await openWorkFolder(cacheFolder, toKey(['dockerfile', project.root]))
  const layout = `${work.path}.layout`
  const close = async (): Promise<void> => {
    await rm(layout, { recursive: true, force: true })
    await work.close()
  }
  try {
    await rm(layout, { recursive: true, force: true })
    const leftOut = await layContext(request, work)
    await runBuilder(request, { builder, context: work.path, file, layout })
    return { ...(await label(request, layout)), builder, leftOut, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Lays the commit's files out, without those that may hold secrets, all of one time. */
async function layContext(
  { project, commit }: BuildRequest,
  work: WorkFolder,
): Promise<readonly LeftOut[]> {
  const top = project.repository ?? project.root
  const source = await openSource({
    repository: top,
    revision: commit.revision,
    folder: relative(top, project.root).split(sep).join('/'),
    dirtyFiles: commit.dirtyFiles,
  })
  try {
    const { include = [], exclude = [] } = project.settings.image ?? {}
    const { entries, leftOut } = selectEntries(source.entries, () => undefined, {
      include,
      exclude,
    })
    await work.lay(entries, source.read)
    const time = commit.committedAtSeconds
    for (const { path } of entries) await lutimes(join(work.path, path), time, time)
    return leftOut
  } finally {
    source.close()
  }
}

async function runBuilder(
  { platforms, revision, commit, tell }: BuildRequest,
  request: Pick<DockerfileRequest, 'builder' | 'context' | 'file' | 'layout'>,
): Promise<void> {
  const { builder, file } = request
  const name = `localhost/servicex-build:${randomUUID()}`
  const { committedAtSeconds } = commit
  const plan = planDockerfile({ ...request, name, platforms, revision, committedAtSeconds })
  const call = {
    program: [builder] as const,
    cwd: request.context,
    env: readInstallEnv(),
    what: `${builder} build of ${file}`,
    failure: 'SERVICEX_BUILD_FAILED',
    fix: `mend what its last lines say; by hand: ${builder} build --file ${file} .`,
  } as const
  const startMs = performance.now()
  try {
    for (const words of plan.steps) await runProgram({ ...call, words })
  } finally {
    // A name that was never given cannot be taken away.
    for (const words of plan.cleanUp) await runProgram({ ...call, words }).catch(() => undefined)
  }
  tell(`built ${file} with ${builder} in ${((performance.now() - startMs) / 1000).toFixed(1)} s`)
}

async function label(
  request: BuildRequest,
  layout: string,
): Promise<Pick<DockerfileImage, 'image' | 'name' | 'description' | 'record'>> {
  const { project, platforms } = request
  const cache = await openLayerCache(request.cacheFolder, Date.now)
  const description = await readDescription(project.root, { packageName: project.name })
  const { committedAtSeconds } = request.commit
  const record = await readCommitRecord({ project, description, committedAtSeconds })
  const declaration = await packDeclaration({ cache, folder: '', description, record })
  const targets = platforms.map((platform): TargetPlatform => ({ platform, libc: 'glibc' }))
  const image = assembleImage({
    made: {
      platforms: targets.map((target) => ({ target, layers: [declaration] })),
      description,
      record,
    },
    base: {
      images: await readOciLayout(layout, platforms),
      toSource: (descriptor) => toLayoutSource(layout, descriptor),
    },
    identity: toIdentity(request, description.name),
    pathOf: cache.pathOf,
  })
  return { image, name: description.name, description, record }
}

async function findBuilder(): Promise<Builder> {
  const tried: string[] = []
  for (const [builder, ...questions] of BUILDERS) {
    const answers = await Promise.all(questions.map((words) => whyAbsent(builder, words)))
    const reason = answers.find((answer) => answer !== undefined)
    if (reason === undefined) return builder
    tried.push(`${builder}  ${reason}`)
  }
  throw new ServicexError('SERVICEX_BUILDER_MISSING', {
    summary: 'there is no builder here for a Dockerfile',
    details: tried,
    fix: 'install docker with buildx, buildah or podman; or build without it: kube build --no-dockerfile',
  })
}
