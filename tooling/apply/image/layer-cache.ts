import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LeftOut } from '../../plan/image/left-out.ts'
import type { Digest } from '../../plan/image/oci.ts'
import { type LayerContent, type WrittenLayer, writeLayer } from './write-layer.ts'

/** A layer that was made, and what is in it. */
export interface KeptLayer extends WrittenLayer {
  readonly files: readonly KeptFile[]
  readonly leftOut: readonly LeftOut[]
}

/** One file or link of a layer. */
export interface KeptFile {
  readonly path: string
  readonly sizeBytes: number
}

/** Layers on this machine's disk, by what they were made from. Everything in it can be made again. */
export interface LayerCache {
  /** Gives a layer that was made from the same, when its bytes are still what they were. */
  readonly find: (key: string) => Promise<KeptLayer | undefined>
  /** Makes a layer and keeps it, under a key when it may be asked for again. */
  readonly make: (
    content: LayerContent & { readonly leftOut: readonly LeftOut[] },
    key?: string,
  ) => Promise<KeptLayer>
  /** The path of a kept layer's compressed bytes. */
  readonly pathOf: (digest: Digest) => string
  /** Removes what nobody asked for in a month. */
  readonly prune: () => Promise<void>
}

const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000

/** Opens the cache in a folder, which is made when it is not there. */
export async function openLayerCache(folder: string, now: () => number): Promise<LayerCache> {
  const blobs = join(folder, 'blobs')
  const layers = join(folder, 'layers')
  for (const each of [blobs, layers]) await mkdir(each, { recursive: true, mode: 0o700 })
  const pathOf = (digest: Digest): string => join(blobs, digest.slice('sha256:'.length))
  const recordOf = (key: string): string => join(layers, `${key}.json`)
  return {
    pathOf,
    find: async (key) => {
      const layer = await readRecord(recordOf(key))
      if (layer === undefined || !(await isWhole(pathOf(layer.digest), layer))) return undefined
      const time = new Date(now())
      for (const path of [recordOf(key), pathOf(layer.digest)]) await utimes(path, time, time)
      return layer
    },
    make: async ({ leftOut, ...content }, key) => {
      const draft = join(blobs, `${randomUUID()}.draft`)
      try {
        const written = await writeLayer(draft, content)
        await rename(draft, pathOf(written.digest))
        const files = content.entries.map((entry) => ({
          path: entry.path,
          sizeBytes: entry.kind === 'file' ? entry.sizeBytes : 0,
        }))
        const layer = { ...written, files, leftOut }
        if (key !== undefined) await writeRecord(recordOf(key), layer)
        return layer
      } finally {
        await rm(draft, { force: true })
      }
    },
    prune: async () => {
      for (const each of [blobs, layers])
        for (const name of await readdir(each)) {
          const path = join(each, name)
          const age = now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? now())
          if (age > MAX_AGE_MS) await rm(path, { force: true })
        }
    },
  }
}

async function readRecord(path: string): Promise<KeptLayer | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KeptLayer
  } catch {
    // Not there, or half written by a machine that went down: it is made again.
    return undefined
  }
}

async function writeRecord(path: string, layer: KeptLayer): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`
  await writeFile(draft, JSON.stringify(layer), { mode: 0o600 })
  await rename(draft, path)
}

/** A cache is on a disk that others write to as well: its bytes are proved each time. */
async function isWhole(path: string, { digest, compressedBytes }: WrittenLayer): Promise<boolean> {
  try {
    if ((await stat(path)).size !== compressedBytes) return false
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    return `sha256:${hash.digest('hex')}` === digest
  } catch {
    return false
  }
}
