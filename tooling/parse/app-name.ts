import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isName } from '../../src/convention/names.ts'
import { findDeclaration, readDescription } from './description.ts'
import type { Project } from './project.ts'

/** `defineService({ name: 'billing'`, or a plain default export: the name first, as text; comments may stand before it. */
const NAMED =
  /\b(?:defineService\(|export\s+default)\s*\{(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*name\s*:\s*(['"`])([^'"`$]*)\1/

/**
 * Reads the app's name without running anything: of the declaration when it begins with one, else of
 * the package. The description, when it is read later, has the last word.
 */
export async function readAppName(project: Project): Promise<string> {
  return (await findAppName(project)) ?? project.name
}

/**
 * Reads the app's name for certain: without running anything where it can be seen, else of the description.
 *
 * Rejects with what `readDescription` rejects with.
 */
export async function readDeclaredName(project: Project): Promise<string> {
  const seen = await findAppName(project)
  if (seen !== undefined) return seen
  return (await readDescription(project.root, { packageName: project.name })).name
}

/** Gives the name that a declaration begins with, or the package's where there is none; nothing when it cannot be seen. */
async function findAppName({ root, name }: Project): Promise<string | undefined> {
  const file = findDeclaration(root)
  if (file === undefined) return name
  const declared = NAMED.exec(await readFile(join(root, file), 'utf8'))?.[2]
  return declared !== undefined && isName(declared) ? declared : undefined
}
