import { dottedName, lineOf, parseModule, type SyntaxNode, textOf, visit } from './parse-module.ts'

/** What the rules want to know of one module. */
export interface SourceFile {
  readonly path: string
  /** Imports of values and `require` calls at the top level, in their order. */
  readonly imports: readonly SourceMention[]
  /** Calls of `console.…` and of `process.stdout.write`, wherever they stand. */
  readonly prints: readonly SourceMention[]
  /** What kept the module from being read. */
  readonly problem?: string
}

/** A word in a source, and the line it stands in, from 1. */
export interface SourceMention {
  readonly name: string
  readonly line: number
}

const PRINT = /^console\.\w+$|^process\.(?:stdout|stderr)\.write$/

/** Reads one module. What cannot be parsed says so and is otherwise empty. */
export function toSourceFile(path: string, text: string): SourceFile {
  try {
    const program = parseModule(path, text)
    const prints: SourceMention[] = []
    visit(program, (node) => {
      const name =
        node.type === 'CallExpression' ? dottedName(node['callee'] as SyntaxNode) : undefined
      if (name !== undefined && PRINT.test(name)) prints.push({ name, line: lineOf(node) })
    })
    return { path, imports: importsOf(program), prints }
  } catch (error) {
    return { path, imports: [], prints: [], problem: (error as Error).message }
  }
}

function importsOf(program: SyntaxNode): readonly SourceMention[] {
  return (program['body'] as readonly SyntaxNode[]).flatMap((statement) => {
    const name = importedName(statement)
    return name === undefined ? [] : [{ name, line: lineOf(statement) }]
  })
}

/** Gives what a statement at the top of a module imports, or requires; an import of types is none. */
export function importedName(statement: SyntaxNode): string | undefined {
  if (statement['importKind'] === 'type') return undefined
  const source = statement['source'] as SyntaxNode | null | undefined
  if (source !== undefined && source !== null) return textOf(source)
  if (statement.type === 'ExpressionStatement')
    return requiredName(statement['expression'] as SyntaxNode)
  if (statement.type !== 'VariableDeclaration') return undefined
  const [first] = statement['declarations'] as readonly SyntaxNode[]
  return requiredName(first?.['init'] as SyntaxNode | null | undefined)
}

/** `require('x')`, and what is done with it at once: `require('x').y`, `require('x')()`. */
function requiredName(node: SyntaxNode | null | undefined): string | undefined {
  if (node === null || node === undefined) return undefined
  if (node.type === 'MemberExpression') return requiredName(node['object'] as SyntaxNode)
  if (node.type !== 'CallExpression') return undefined
  const callee = node['callee'] as SyntaxNode
  const [argument] = node['arguments'] as readonly SyntaxNode[]
  if (callee.type === 'Identifier' && callee['name'] === 'require') return textOf(argument)
  return requiredName(callee)
}
