import { type Platform, toPlatformText } from './oci.ts'

/** Programs that build a Dockerfile; all three leave an OCI layout. */
export type Builder = 'docker' | 'buildah' | 'podman'

/** A Dockerfile to build, and where its image is to be left. */
export interface DockerfileRequest {
  readonly builder: Builder
  /** The folder of the commit's files. */
  readonly context: string
  /** The Dockerfile's path below it. */
  readonly file: string
  /** A name of our own; it is taken away again. */
  readonly name: string
  readonly platforms: readonly Platform[]
  readonly revision: string
  readonly committedAtSeconds: number
  /** A folder that is not there yet. */
  readonly layout: string
}

/** What is run, one after the other; `cleanUp` also when that failed. */
export interface DockerfilePlan {
  readonly steps: readonly (readonly string[])[]
  readonly cleanUp: readonly (readonly string[])[]
}

/** Gives the calls that build a Dockerfile into an OCI layout. Labels, tag and time are ours: see `toDerivedConfig`. */
export function planDockerfile(request: DockerfileRequest): DockerfilePlan {
  return request.builder === 'docker' ? planBuildx(request) : planBuildah(request)
}

function planBuildx(request: DockerfileRequest): DockerfilePlan {
  const { context, layout } = request
  const output = `type=oci,dest=${layout},tar=false,rewrite-timestamp=true`
  const words = ['buildx', 'build', '--provenance=false', '--sbom=false', `--output=${output}`]
  return { steps: [[...words, ...toCommonFlags(request), '--', context]], cleanUp: [] }
}

/** Podman is buildah inside, and takes the same words. */
function planBuildah(request: DockerfileRequest): DockerfilePlan {
  const { context, layout, name, platforms, committedAtSeconds } = request
  const isIndex = platforms.length > 1
  const flags = [
    '--format=oci',
    '--layers',
    `--timestamp=${committedAtSeconds}`,
    isIndex ? `--manifest=${name}` : `--tag=${name}`,
  ]
  const target = `oci:${layout}:image`
  const push = isIndex ? ['manifest', 'push', '--all', name, target] : ['push', name, target]
  return {
    steps: [['build', ...flags, ...toCommonFlags(request), '--', context], push],
    cleanUp: [isIndex ? ['manifest', 'rm', name] : ['rmi', name]],
  }
}

function toCommonFlags(request: DockerfileRequest): string[] {
  const { context, file, platforms, revision, committedAtSeconds } = request
  return [
    `--file=${context}/${file}`,
    `--platform=${platforms.map(toPlatformText).join(',')}`,
    `--build-arg=REVISION=${revision}`,
    `--build-arg=SOURCE_DATE_EPOCH=${committedAtSeconds}`,
  ]
}
