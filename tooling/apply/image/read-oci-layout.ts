import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { toImageConfig, toIndex, toManifest } from '../../plan/image/oci-json.ts'
import { type Descriptor, isIndexType, type Platform } from '../../plan/image/oci.ts'
import { isPlatform } from '../../plan/image/platform.ts'
import type { PulledImage } from '../registry/pull-image.ts'
import type { BlobSource } from '../registry/registry-client.ts'

/** Reads the images of an OCI layout, one for each platform, in their order. Rejects with SERVICEX_BUILD_FAILED when one is not there. */
export async function readOciLayout(
  folder: string,
  platforms: readonly Platform[],
): Promise<readonly PulledImage[]> {
  const { manifests } = toIndex({
    where: folder,
    value: await readJson(join(folder, 'index.json')),
  })
  const [root] = manifests
  if (root === undefined) throw absent(platforms)
  const all = await readImages(folder, root)
  return platforms.map((platform) => {
    const found = all.find(({ config }) => isPlatform(config, platform))
    if (found === undefined) throw absent([platform])
    return found
  })
}

/** Gives a layer of an OCI layout as something to push. */
export function toLayoutSource(folder: string, descriptor: Descriptor): BlobSource {
  const path = toPath(folder, descriptor)
  return { descriptor, open: (start) => createReadStream(path, { start }) }
}

async function readImages(folder: string, root: Descriptor): Promise<PulledImage[]> {
  const value = await readJson(toPath(folder, root))
  if (!isIndexType(root.mediaType)) return [await readImage(folder, root, value)]
  const { manifests } = toIndex({ where: folder, value })
  const images = manifests.filter(({ platform }) => platform?.architecture !== 'unknown')
  return Promise.all(
    images.map(async (each) => readImage(folder, each, await readJson(toPath(folder, each)))),
  )
}

async function readImage(
  folder: string,
  descriptor: Descriptor,
  value: unknown,
): Promise<PulledImage> {
  const manifest = toManifest({ where: folder, value })
  const config = await readJson(toPath(folder, manifest.config))
  return {
    root: descriptor,
    descriptor,
    manifest,
    config: toImageConfig({ where: folder, value: config }),
  }
}

function toPath(folder: string, { digest }: Descriptor): string {
  return join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length))
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown
}

function absent(platforms: readonly Platform[]): ServicexError {
  return new ServicexError('SERVICEX_BUILD_FAILED', {
    summary: `the builder left no image for ${platforms.map(({ architecture }) => architecture).join(', ')}`,
    fix: 'build for a platform that this machine can build for',
  })
}
