import { IMAGE_ANNOTATIONS, IMAGE_ROOT } from '../../../src/convention/image.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { toImageConfig } from './image-config.ts'
import { toOciLayer } from './manifest.ts'
import type { Descriptor, Digest, ImageConfig, Manifest, Platform } from './oci.ts'
import { toLibc } from './target-platform.ts'

/** The documents of one image. */
export interface ImageDocuments {
  readonly manifest: Manifest
  readonly config: ImageConfig
}

/** What an image is put on. */
export interface NewBase extends ImageDocuments {
  /** With its tag. */
  readonly name: string
  /** What the name stands for: of an index, when it is one. */
  readonly digest: Digest
}

/** An image on another base, before its configuration has a digest. */
export interface RebasedImage {
  readonly config: ImageConfig
  /** The base's layers, then ours as they are. */
  readonly layers: readonly Descriptor[]
  readonly annotations: Readonly<Record<string, string>>
}

const BASE_NAME = 'org.opencontainers.image.base.name'
const BASE_DIGEST = 'org.opencontainers.image.base.digest'
const REVISION = 'org.opencontainers.image.revision'

/** Gives the name and the digest of the base of an image. Throws SERVICEX_IMAGE_NOT_REBASABLE when it does not say them. */
export function baseOf(
  where: string,
  { manifest }: Pick<ImageDocuments, 'manifest'>,
): { readonly name: string; readonly digest: string } {
  const { [BASE_NAME]: name, [BASE_DIGEST]: digest } = manifest.annotations ?? {}
  if (name !== undefined && digest !== undefined) return { name, digest }
  throw notRebasable(where, [
    'it does not say what it was built on: kube build did not make it, or made it of a Dockerfile',
  ])
}

/**
 * Puts the layers of an image that kube built onto another base: the image that building the same
 * commit on that base would give, without building.
 *
 * Throws SERVICEX_IMAGE_NOT_REBASABLE when its layers cannot be told from its base's, or the app's
 * packages may not fit the new base: another line of Node, another C library.
 */
export function rebaseImage(where: string, image: ImageDocuments, base: NewBase): RebasedImage {
  const own = ownLayers(where, image)
  const problems = misfits(where, image, base)
  if (problems.length > 0) throw notRebasable(where, problems)
  const count = image.manifest.layers.length - own.length
  const annotations = {
    ...image.manifest.annotations,
    [BASE_NAME]: base.name,
    [BASE_DIGEST]: base.digest,
  }
  const diffIds = image.config.rootfs.diff_ids.slice(count)
  const config = toImageConfig({
    base: base.config,
    platform: platformOf(image.config),
    layers: own.map((layer, place) => ({
      diffId: diffIds[place] ?? layer.digest,
      createdBy: `kube build: ${layer.annotations?.[IMAGE_ANNOTATIONS.layer]}`,
    })),
    revision: image.manifest.annotations?.[REVISION] ?? '',
    committedAtSeconds: Date.parse(image.config.created ?? '') / 1000,
    labels: annotations,
    start: toStart(image.config),
  })
  return {
    config: withArguments(config, image.config),
    layers: [...base.manifest.layers.map(toOciLayer), ...own],
    annotations,
  }
}

/** Our layers are marked, and lie above all others. */
function ownLayers(where: string, { manifest, config }: ImageDocuments): readonly Descriptor[] {
  const first = manifest.layers.findIndex(isOwn)
  const own = first === -1 ? [] : manifest.layers.slice(first)
  const isWhole = manifest.layers.length === config.rootfs.diff_ids.length
  if (own.length > 0 && own.every(isOwn) && isWhole) return own
  throw notRebasable(where, ['its layers cannot be told from those of its base'])
}

function isOwn({ annotations }: Descriptor): boolean {
  return annotations?.[IMAGE_ANNOTATIONS.layer] !== undefined
}

function misfits(where: string, image: ImageDocuments, base: NewBase): string[] {
  const before = baseOf(where, image)
  const [was, is] = [nodeLineOf(image.config), nodeLineOf(base.config)]
  const [wasLibc, isLibc] = [toLibc(before.name), toLibc(base.name)]
  return [
    ...(was !== undefined && is !== undefined && was !== is
      ? [`it was built for Node ${was}, and ${base.name} has Node ${is}`]
      : []),
    ...(wasLibc !== isLibc
      ? [`its packages were installed for ${wasLibc}, and ${base.name} has ${isLibc}`]
      : []),
  ]
}

/** Node's own images, and those made from them, say their version. */
function nodeLineOf({ config }: ImageConfig): string | undefined {
  const line = (config?.Env ?? []).find((each) => each.startsWith('NODE_VERSION='))
  return /^NODE_VERSION=v?(\d+)\./.exec(line ?? '')?.[1]
}

function platformOf({ os, architecture, variant }: ImageConfig): Platform {
  return variant === undefined ? { os, architecture } : { os, architecture, variant }
}

function toStart({ config }: ImageConfig): {
  readonly appFolder: string
  readonly main: string
  readonly hasRuntime: boolean
} {
  const folder = config?.WorkingDir ?? IMAGE_ROOT
  return {
    appFolder: folder.slice(IMAGE_ROOT.length + 1),
    main: config?.Cmd?.at(-1) ?? '',
    hasRuntime: config?.Cmd?.includes('--import') === true,
  }
}

/** Where Node lies is the base's to say; what it is started with stays as it was built. */
function withArguments(config: ImageConfig, before: ImageConfig): ImageConfig {
  const [node = 'node'] = config.config?.Cmd ?? []
  const Cmd = [node, ...(before.config?.Cmd ?? []).slice(1)]
  return { ...config, config: { ...config.config, Cmd } }
}

function notRebasable(where: string, details: readonly string[]): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_NOT_REBASABLE', {
    summary: `${where} cannot be put on another base`,
    details,
    fix: 'build the commit anew: kube build --update-base, commit servicex.lock, kube build',
  })
}
