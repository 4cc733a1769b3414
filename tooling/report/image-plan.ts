import type { ImageLayerName } from '../../src/convention/image.ts'
import type { BuiltImage } from '../apply/image/build-image.ts'
import type { AssembledPlatform } from '../apply/image/assemble-image.ts'
import { toBaseText } from '../apply/image/assemble-image.ts'
import { LEFT_OUT, toLeftOutTotals, type LeftOutReason } from '../plan/image/left-out.ts'
import { type ImageConfig, toPlatformText } from '../plan/image/oci.ts'

/** One image as `--dry-run --json` prints it. */
export interface ImagePlan {
  readonly digest: string
  readonly platforms: readonly PlatformPlan[]
}

/** What one platform's image is made of. */
export interface PlatformPlan {
  readonly platform: string
  readonly digest: string
  readonly layers: readonly LayerPlan[]
  readonly config: ImageConfig
}

/** One layer, or the base's, and why it is as it is. */
export interface LayerPlan {
  readonly name: ImageLayerName | 'base'
  readonly reason: string
  readonly digest?: string
  readonly diffId?: string
  /** The layer as it is pushed. */
  readonly compressedBytes?: number
  /** The layer as a tar. */
  readonly tarBytes?: number
  readonly files?: readonly { readonly path: string; readonly sizeBytes: number }[]
  readonly leftOut?: readonly LeftOutPlan[]
}

/** What a layer does not hold. */
export interface LeftOutPlan {
  readonly reason: LeftOutReason
  readonly meaning: string
  readonly files: number
  readonly sizeBytes: number
  /** Only of what may hold a secret. */
  readonly paths?: readonly string[]
}

/** Gives an image as plain data: its layers, their files, sizes and reasons. */
export function toImagePlan(built: BuiltImage): ImagePlan {
  return {
    digest: built.image.root.descriptor.digest,
    platforms: built.image.images.map((image) => ({
      platform: toPlatformText(image.target.platform),
      digest: image.descriptor.digest,
      layers: [toBasePlan(built, image), ...image.layers.map((layer) => toLayerPlan(built, layer))],
      config: image.config,
    })),
  }
}

function toBasePlan({ base }: BuiltImage, { manifest, layers }: AssembledPlatform): LayerPlan {
  if (base === undefined)
    return { name: 'base', reason: 'not known here yet: a dry run asks no registry' }
  const ofBase = manifest.layers.slice(0, manifest.layers.length - layers.length)
  return {
    name: 'base',
    reason: `${ofBase.length} layers of ${toBaseText(base) ?? 'what the Dockerfile made'}`,
    compressedBytes: ofBase.reduce((sum, { size }) => sum + size, 0),
  }
}

function toLayerPlan(built: BuiltImage, layer: AssembledPlatform['layers'][number]): LayerPlan {
  return {
    name: layer.name,
    reason: toReason(built, layer.name),
    digest: layer.digest,
    diffId: layer.diffId,
    compressedBytes: layer.compressedBytes,
    tarBytes: layer.tarBytes,
    files: layer.files,
    leftOut: toLeftOutTotals(layer.leftOut).map((total) => ({
      ...total,
      meaning: LEFT_OUT[total.reason],
      ...(total.reason === 'secret'
        ? {
            paths: layer.leftOut.filter((each) => each.reason === 'secret').map(({ path }) => path),
          }
        : {}),
    })),
  }
}

function toReason({ job }: BuiltImage, name: ImageLayerName): string {
  const { layout } = job
  const names = layout.used.map(({ packageJson, folder }) => packageJson.name ?? folder)
  const hasBuild = layout.app.packageJson.scripts?.['build'] !== undefined
  switch (name) {
    case 'dependencies':
      return `production packages, installed by ${layout.manager} as ${layout.lockfile?.path} says`
    case 'workspaces':
      return `packages of this repository that the app uses: ${names.join(', ')}`
    case 'app':
      return hasBuild ? 'the app, as its build script made it' : 'the app, as it was committed'
    case 'declaration':
      return 'what service.ts declares, for the deploy to read'
  }
}
