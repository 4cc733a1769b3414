import { dirname, join } from 'node:path/posix'
import type { ImportFact, ModuleFacts } from './module-facts.ts'

/** One source file: its path from the repo's root, and what it holds. */
export interface SourceFile {
  readonly path: string
  readonly facts: ModuleFacts
}

/** What one folder may import from others: as values (and types), or as types only. */
export interface Reach {
  readonly values: readonly string[]
  readonly types: readonly string[]
}

/** Which folders may load a package, and which may only name its types. */
export interface VendorRule extends Reach {
  readonly packages: RegExp
}

/** The most lines a file may have. */
export const MAX_LINES = 300

/** Gives the folder of the table a file belongs to: `src`, or `src/logging` for all that is below it. */
function folderOf(path: string): string {
  return dirname(path).split('/').slice(0, 2).join('/')
}

/** Lists the relative imports that leave the file's folder for one its row does not name. */
export function crossings(file: SourceFile, table: Readonly<Record<string, Reach>>): string[] {
  const from = folderOf(file.path)
  const reach = table[from]
  if (reach === undefined) return [`${from} has no row in the import table`]
  return file.facts.imports.filter(isRelative).flatMap((fact) => {
    const to = folderOf(join(dirname(file.path), fact.specifier))
    const isAllowed = to === from || reach.values.includes(to)
    if (isAllowed || (fact.typeOnly && reach.types.includes(to))) return []
    return [`${from} may not import ${whatOf(fact)} ${to} (${fact.specifier})`]
  })
}

/** Lists the packages that are imported outside the folders their row names, or that have no row. */
export function vendorCrossings(file: SourceFile, table: readonly VendorRule[]): string[] {
  return file.facts.imports.filter(isPackage).flatMap((fact) => {
    const rule = table.find(({ packages }) => packages.test(fact.specifier))
    if (rule === undefined) return [`${fact.specifier} has no row in the vendor table`]
    if (isWithin(file, rule.values) || (fact.typeOnly && isWithin(file, rule.types))) return []
    return [`${folderOf(file.path)} may not import ${whatOf(fact)} ${fact.specifier}`]
  })
}

/** Says whether a file is one of `places`, or in or below one. */
export function isWithin({ path }: SourceFile, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`))
}

/** Lists imports of Node's modules: a pure folder has none. */
export function nodeImports(file: SourceFile): string[] {
  return file.facts.imports.filter(isBuiltin).map(({ specifier }) => specifier)
}

/** Lists what the style forbids in any source file. */
export function styleBreaches({ facts }: SourceFile): string[] {
  return [
    ...(facts.lineCount > MAX_LINES
      ? [`has ${facts.lineCount} lines, more than ${MAX_LINES}`]
      : []),
    ...facts.anyLines.map((line) => `line ${line} uses any`),
    ...facts.undocumentedExports.map((name) => `export ${name} has no docstring`),
    ...(facts.hasDefaultExport ? ['has a default export'] : []),
    ...(facts.hasStarExport ? ['has an export *'] : []),
    ...facts.imports
      .filter((fact) => isRelative(fact) && !/\.(ts|json)$/.test(fact.specifier))
      .map(({ specifier }) => `imports ${specifier} without .ts`),
  ]
}

function isRelative({ specifier }: ImportFact): boolean {
  return specifier.startsWith('.')
}

function isBuiltin({ specifier }: ImportFact): boolean {
  return specifier.startsWith('node:')
}

function isPackage(fact: ImportFact): boolean {
  return !isRelative(fact) && !isBuiltin(fact)
}

function whatOf({ typeOnly }: ImportFact): string {
  return typeOnly ? 'types of' : 'values of'
}
