import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseAst } from 'rolldown/parseAst'

interface Statement {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly source?: { readonly value: string } | null
  readonly declaration?: { readonly start: number } | null
  readonly specifiers?: readonly Specifier[]
}

interface Specifier {
  readonly local: { readonly name: string }
  readonly exported?: { readonly name: string }
}

/**
 * Reads an entry's declarations and those of every file it imports as one text, without imports: the
 * entry's exports are exported, the rest is declared. The snapshot can then show what a re-exported name is.
 */
export function readFlatDeclarations(entry: string): string {
  const modules = new Map<string, string[]>()
  const visit = (path: string): void => {
    if (modules.has(path)) return
    modules.set(path, [])
    const text = readFileSync(path, 'utf8')
    const statements = parseAst(text, { lang: 'dts' }).body as unknown as Statement[]
    for (const { source } of statements) {
      if (source?.value.startsWith('.')) visit(toDeclarationPath(path, source.value))
    }
    modules.set(
      path,
      statements.map((statement) => toFlatText(statement, text, path === entry)),
    )
  }
  visit(entry)
  return [...modules.values()].flat().filter(Boolean).join('\n')
}

/** `./x.ts` in a declaration file is the file `x.d.ts` beside it. */
function toDeclarationPath(from: string, specifier: string): string {
  return join(dirname(from), specifier.replace(/\.ts$/, '.d.ts'))
}

function toFlatText(statement: Statement, text: string, isEntry: boolean): string {
  const { type, declaration, specifiers = [] } = statement
  if (type === 'ImportDeclaration') return ''
  if (type !== 'ExportNamedDeclaration') return text.slice(statement.start, statement.end)
  if (declaration) return text.slice(isEntry ? statement.start : declaration.start, statement.end)
  if (!isEntry) return ''
  return `export { ${specifiers.map(toExportText).join(', ')} };`
}

function toExportText({ local, exported = local }: Specifier): string {
  return local.name === exported.name ? local.name : `${local.name} as ${exported.name}`
}
