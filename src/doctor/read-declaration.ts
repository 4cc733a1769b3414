import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServiceDeclaration } from '../config/declaration.ts'
import { messageOf } from '../convention/error-record.ts'

/** A service's declaration, and the file it stands in. */
export interface FoundDeclaration {
  readonly declaration: ServiceDeclaration
  /** Relative to the app's folder; `undefined` when it has none. */
  readonly file: string | undefined
  /** Why the file could not be read. */
  readonly problem?: string
}

const FILES = ['service.ts', 'service.js', 'service.mjs', 'dist/service.js']

/** Reads the declaration that an app has as the default export of `service.ts`. Reading one does no work. */
export async function readDeclaration(root: string): Promise<FoundDeclaration> {
  const file = FILES.find((name) => existsSync(join(root, name)))
  if (file === undefined) return { declaration: {}, file }
  try {
    const module = (await import(pathToFileURL(join(root, file)).href)) as { default?: unknown }
    const declaration = module.default
    if (typeof declaration === 'object' && declaration !== null) return { declaration, file }
    return { declaration: {}, file, problem: 'has no default export that defineService() gave' }
  } catch (error) {
    return { declaration: {}, file, problem: `cannot be loaded: ${messageOf(error)}` }
  }
}
