import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { System } from './system.ts'
import { SERVICEX } from './systems/servicex.ts'

const INSTALLED = join(import.meta.dirname, 'peers/node_modules')
const PEERS = join(import.meta.dirname, 'systems/peers.mjs')

/** Gives what calls are made with; servicex first, the others where `npm run bench:install` put them. */
export async function readSystems(): Promise<readonly System[]> {
  if (!existsSync(INSTALLED)) return [SERVICEX]
  // It has no types: what it is measured against is not installed with servicex.
  const loaded = (await import(pathToFileURL(PEERS).href)) as { readonly PEERS: readonly System[] }
  return [SERVICEX, ...loaded.PEERS]
}
