import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ImageReference } from '../../parse/image-reference.ts'
import { type Platform, toPlatformText } from '../../plan/image/oci.ts'
import { type PulledImage, pullImage } from '../registry/pull-image.ts'
import type { RegistryClient } from '../registry/registry-client.ts'

/**
 * Reads a base image's documents for a platform: from the registry the first time, from this machine's
 * disk after that when the reference says a digest. Its layers are not read.
 */
export async function readBase(
  client: RegistryClient,
  reference: ImageReference,
  { platform, cacheFolder }: { readonly platform: Platform; readonly cacheFolder: string },
): Promise<PulledImage> {
  const kept = await readKeptBase(reference, { platform, cacheFolder })
  if (kept !== undefined) return kept
  const pulled = await pullImage(client, reference, platform)
  await keep(toPath(cacheFolder, pulled.root.digest, platform), pulled)
  return pulled
}

/** Gives what `readBase` kept, without a network; `undefined` when it was never read, or no digest is said. */
export async function readKeptBase(
  { digest }: ImageReference,
  { platform, cacheFolder }: { readonly platform: Platform; readonly cacheFolder: string },
): Promise<PulledImage | undefined> {
  if (digest === undefined) return undefined
  try {
    const text = await readFile(toPath(cacheFolder, digest, platform), 'utf8')
    return JSON.parse(text) as PulledImage
  } catch {
    // Not there, or half written: it is read again.
    return undefined
  }
}

function toPath(cacheFolder: string, digest: string, platform: Platform): string {
  const name = `${digest.slice('sha256:'.length)}-${toPlatformText(platform).replaceAll('/', '-')}`
  return join(cacheFolder, 'bases', `${name}.json`)
}

async function keep(path: string, pulled: PulledImage): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}.draft`
  await writeFile(draft, JSON.stringify(pulled), { mode: 0o600 })
  await rename(draft, path)
}
