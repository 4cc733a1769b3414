import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isName } from '../../src/convention/names.ts'
import type { Project } from './project.ts'

/** Where a declaration may stand as it was written. */
const FILES = ['service.ts', 'service.js', 'service.mjs']

/** `defineService({ name: 'billing'`: the name first, as text; comments may stand before it. */
const NAMED =
  /\bdefineService\(\s*\{(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*name\s*:\s*(['"`])([^'"`$]*)\1/

/**
 * Reads the app's name without running anything: of the declaration when it begins with one, else of
 * the package. The description, when it is read later, has the last word.
 */
export async function readAppName({ root, name }: Project): Promise<string> {
  for (const file of FILES) {
    const text = await readFile(join(root, file), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const declared = NAMED.exec(text)?.[2]
    return declared !== undefined && isName(declared) ? declared : name
  }
  return name
}
