import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PinnedBase } from '../parse/facts/repository-facts.ts'
import { LOCK_FILE, LOCK_VERSION } from '../parse/pinned-base.ts'

/** Writes servicex.lock, whole or not at all. */
export async function writePinnedBase(root: string, pinned: PinnedBase): Promise<void> {
  const path = join(root, LOCK_FILE)
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await writeFile(draft, toLockText(pinned), { flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** The same pin, the same text. */
function toLockText({ reference, digest, pinnedAtSeconds }: PinnedBase): string {
  const pinnedOn = new Date(pinnedAtSeconds * 1000).toISOString().slice(0, 10)
  const lock = { lockVersion: LOCK_VERSION, base: { reference, digest, pinnedOn } }
  return `${JSON.stringify(lock, undefined, 2)}\n`
}
