import type { ImageLayerName } from '../../src/convention/image.ts'
import type { AppFiles } from '../apply/image/app-files.ts'
import type { BuiltImage, UnmadeImage } from '../apply/image/build-image.ts'
import type { AssembledPlatform } from '../apply/image/assemble-image.ts'
import { toBaseText } from '../apply/image/assemble-image.ts'
import {
  LEFT_OUT,
  type LeftOut,
  type LeftOutReason,
  toLeftOutTotals,
} from '../plan/image/left-out.ts'
import { type ImageConfig, toPlatformText } from '../plan/image/oci.ts'
import { sizeOf } from '../plan/image/select-entries.ts'

/** One image as `--dry-run --json` prints it. */
export interface ImagePlan {
  /** Absent when packages that are not on this machine would have to be installed first. */
  readonly digest?: string
  readonly platforms: readonly PlatformPlan[]
}

/** What one platform's image is made of. */
export interface PlatformPlan {
  readonly platform: string
  readonly digest?: string
  readonly layers: readonly LayerPlan[]
  readonly config?: ImageConfig
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

/** Gives what the commit alone says of an image: its packages are not on this machine. */
export function toUnmadePlan({ job, files }: UnmadeImage): ImagePlan {
  const unmade = 'not installed on this machine yet, and a dry run fetches nothing'
  const { layout } = job
  const layers: LayerPlan[] = [
    { name: 'base', reason: 'not looked at' },
    { name: 'dependencies', reason: `production packages by ${layout.manager}: ${unmade}` },
    ...(files === undefined
      ? [{ name: 'app' as const, reason: `made by its build script, whose packages are ${unmade}` }]
      : [
          ...(layout.used.length === 0 ? [] : [toFilesPlan(job, 'workspaces', files.workspaces)]),
          toFilesPlan(job, 'app', files.app),
        ]),
    { name: 'declaration', reason: 'what service.ts declares, for the deploy to read' },
  ]
  return {
    platforms: job.targets.map(({ platform }) => ({ platform: toPlatformText(platform), layers })),
  }
}

function toFilesPlan(
  job: BuiltImage['job'],
  name: ImageLayerName,
  { entries, leftOut }: AppFiles['app'],
): LayerPlan {
  return {
    name,
    reason: toReason(job, name),
    files: entries.map((entry) => ({ path: entry.path, sizeBytes: sizeOf(entry) })),
    leftOut: toLeftOutPlans(leftOut),
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
    reason: toReason(built.job, layer.name),
    digest: layer.digest,
    diffId: layer.diffId,
    compressedBytes: layer.compressedBytes,
    tarBytes: layer.tarBytes,
    files: layer.files,
    leftOut: toLeftOutPlans(layer.leftOut),
  }
}

function toLeftOutPlans(leftOut: readonly LeftOut[]): LeftOutPlan[] {
  const secrets = leftOut.filter(({ reason }) => reason === 'secret').map(({ path }) => path)
  return toLeftOutTotals(leftOut).map((total) => ({
    ...total,
    meaning: LEFT_OUT[total.reason],
    ...(total.reason === 'secret' ? { paths: secrets } : {}),
  }))
}

function toReason({ layout }: BuiltImage['job'], name: ImageLayerName): string {
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
