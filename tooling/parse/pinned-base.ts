import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import type { PinnedBase } from './facts/repository-facts.ts'
import { type ImageReference, toImageReference, toReferenceText } from './image-reference.ts'

/** Where a service pins what it is built on, beside its package.json. It is committed. */
export const LOCK_FILE = 'servicex.lock'

/** The shape of the file; a newer tool may write another. */
export const LOCK_VERSION = 1

/** The image that an app is built on. */
export interface BaseImage {
  /** As people call it, in its long form, with its tag. */
  readonly name: string
  /** The same, with its digest when it is pinned. */
  readonly reference: ImageReference
}

/** Reads what servicex.lock pins; `undefined` where there is none. Rejects with SERVICEX_IMAGE_LOCK_INVALID. */
export async function readPinnedBase(root: string): Promise<PinnedBase | undefined> {
  let text: string
  try {
    text = await readFile(join(root, LOCK_FILE), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return toPinnedBase(text)
}

/**
 * Gives the image to build on: `baseImage` of the settings, by the digest that the lock pins it to.
 *
 * Throws SERVICEX_IMAGE_LOCK_INVALID when the lock pins another image: the settings have changed since.
 */
export function toBaseImage(baseImage: string, pinned: PinnedBase | undefined): BaseImage {
  const asked = toImageReference(baseImage)
  const named =
    asked.tag === undefined && asked.digest === undefined ? { ...asked, tag: 'latest' } : asked
  const name = toReferenceText(named)
  // A digest in the settings needs no lock.
  if (pinned === undefined || named.digest !== undefined) return { name, reference: named }
  if (pinned.reference !== name)
    throw invalid(`pins ${pinned.reference}, and the settings name ${name}`)
  return { name, reference: toImageReference(`${name}@${pinned.digest}`) }
}

function toPinnedBase(text: string): PinnedBase {
  const { lockVersion, base } = toRecord(text)
  if (lockVersion !== LOCK_VERSION)
    throw invalid(`is of version ${JSON.stringify(lockVersion)} — expected ${LOCK_VERSION}`)
  const { reference, digest, pinnedOn } = (base ?? {}) as Readonly<Record<string, unknown>>
  if (typeof reference !== 'string' || typeof digest !== 'string')
    throw invalid('names no base image with a digest')
  const image = toImageReference(`${reference}@${digest}`)
  const pinnedAtMs = typeof pinnedOn === 'string' ? Date.parse(`${pinnedOn}T00:00:00Z`) : NaN
  if (Number.isNaN(pinnedAtMs)) throw invalid('does not say on which day the base was pinned')
  const { digest: _pinned, ...named } = image
  return { reference: toReferenceText(named), digest, pinnedAtSeconds: pinnedAtMs / 1000 }
}

function toRecord(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch (cause) {
    // Two branches that both moved the base leave marks of their merge in it.
    throw invalid('is no JSON', cause)
  }
  throw invalid('is no JSON object')
}

function invalid(what: string, cause?: unknown): ServicexError {
  return new ServicexError('SERVICEX_IMAGE_LOCK_INVALID', {
    summary: `${LOCK_FILE} ${what}`,
    fix: 'kube build --update-base, and commit servicex.lock',
    ...(cause === undefined ? {} : { cause }),
  })
}
