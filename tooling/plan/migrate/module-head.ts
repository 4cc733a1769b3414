import type { Edit } from './edit-text.ts'
import type { ModuleFacts } from './migration.ts'

/** How a module is to be changed. */
export interface ModuleOptions {
  readonly isEntrypoint: boolean
  /** The declaration as the module imports it; absent where the module cannot. */
  readonly declaration?: string
}

/** What the first lines of a module depend on. */
export interface HeadOptions extends ModuleOptions {
  /** What the module calls the log, when it does. */
  readonly log?: string
  /** Whether it joins words as the console does. */
  readonly isFormatting: boolean
}

/** Says whether a module imports servicex already. */
export function isInitiated({ places }: ModuleFacts): boolean {
  return places.imports.some(({ name }) => name === 'servicex')
}

/** Gives the lines that a module is to begin with, and the call of `init()` that an entrypoint needs. */
export function planHead(module: ModuleFacts, options: HeadOptions): readonly Edit[] {
  if (isInitiated(module)) return []
  const { isEntrypoint, log } = options
  const names = [
    ...(isEntrypoint ? ['init'] : []),
    ...(log === undefined ? [] : [log === 'log' ? 'log' : `log as ${log}`]),
  ]
  if (names.length === 0) return []
  return module.places.kind === 'cjs'
    ? requireLines(module, names, options)
    : importLines(module, names, options)
}

function requireLines(
  { places }: ModuleFacts,
  names: readonly string[],
  { isEntrypoint, declaration, isFormatting }: HeadOptions,
): readonly Edit[] {
  const required = names.map((name) => name.replace(' as ', ': ')).join(', ')
  const service = declaration === undefined ? '' : `require('${declaration}').default`
  const lines = [
    `const { ${required} } = require('servicex');\n`,
    ...(isFormatting ? ["const { format } = require('node:util');\n"] : []),
    ...(isEntrypoint ? [`\ninit(${service});\n\n`] : []),
  ]
  const at = places.firstStatementAt
  return [{ start: at, end: at, text: lines.join('') }]
}

/** Imports are run before any statement: `init()` stands behind the last of them. */
function importLines(
  { places }: ModuleFacts,
  names: readonly string[],
  { isEntrypoint, declaration, isFormatting }: HeadOptions,
): readonly Edit[] {
  const isDeclared = isEntrypoint && declaration !== undefined
  const lines = [
    `import { ${names.join(', ')} } from 'servicex'\n`,
    ...(isFormatting ? ["import { format } from 'node:util'\n"] : []),
    ...(isDeclared ? [`import service from '${declaration}'\n`] : []),
  ]
  const at = places.firstStatementAt
  const end = places.imports.at(-1)?.end ?? at
  const call = isDeclared ? 'init(service)' : 'init()'
  return [
    { start: at, end: at, text: lines.join('') },
    ...(isEntrypoint ? [{ start: end, end, text: `\n\n${call}` }] : []),
  ]
}
