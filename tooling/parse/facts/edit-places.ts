import { dottedName, lineOf, parseModule, type SyntaxNode, textOf, visit } from './parse-module.ts'
import { importedName } from './source-file.ts'

/** A stretch of a text, in UTF-16 units. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** A call of the console: where its name stands. */
export interface ConsoleCall extends TextRange {
  /** `log`, `error`, … */
  readonly method: string
  readonly argumentCount: number
  /** Where the whole call ends. */
  readonly callEnd: number
}

/** An import or `require` of a value at the top of a module: the whole statement. */
export interface ImportPlace extends TextRange {
  readonly name: string
  readonly line: number
}

/** A variable the module reads of its environment. */
export interface EnvRead {
  readonly name: string
  /** What stands in for it in the code: `process.env.HOST || 'localhost'`. */
  readonly fallback?: string
}

/** Where a module may be changed, and what a change needs to know. */
export interface EditPlaces {
  /** How it imports. */
  readonly kind: 'esm' | 'cjs'
  /** Where a first statement goes: behind a shebang, a comment at the head and `'use strict'`. */
  readonly firstStatementAt: number
  readonly imports: readonly ImportPlace[]
  readonly consoleCalls: readonly ConsoleCall[]
  /** Statements `app.use(name(…))`: the whole statement. */
  readonly middleware: readonly ImportPlace[]
  readonly envReads: readonly EnvRead[]
  /** Names that stand somewhere in it, members' aside: a new one must be another. */
  readonly names: ReadonlySet<string>
}

/** Reads where a module may be changed. Throws a SyntaxError when it cannot be parsed. */
export function readEditPlaces(path: string, text: string): EditPlaces {
  const program = parseModule(path, text)
  const body = program['body'] as readonly SyntaxNode[]
  const consoleCalls: ConsoleCall[] = []
  const middleware: ImportPlace[] = []
  const envReads: EnvRead[] = []
  const names = new Set<string>()
  const properties = new Set<unknown>()
  visit(program, (node) => {
    if (node['computed'] !== true) properties.add(node['property']).add(node['key'])
    if (node.type === 'Identifier' && !properties.has(node)) names.add(node['name'] as string)
    const call = consoleCall(node)
    if (call !== undefined) consoleCalls.push(call)
    const used = usedMiddleware(node)
    if (used !== undefined) middleware.push(used)
    const read = envRead(node)
    if (read !== undefined && !envReads.some(({ name }) => name === read.name)) envReads.push(read)
  })
  return {
    kind: isEsm(path, body) ? 'esm' : 'cjs',
    firstStatementAt: firstStatementAt(text, body),
    imports: body.flatMap((statement) => {
      const name = importedName(statement)
      return name === undefined ? [] : [{ name, line: lineOf(statement), ...rangeOf(statement) }]
    }),
    consoleCalls,
    middleware,
    envReads,
    names,
  }
}

function isEsm(path: string, body: readonly SyntaxNode[]): boolean {
  if (/\.c[jt]s$/.test(path)) return false
  if (/\.m[jt]s$/.test(path)) return true
  return body.some(({ type }) => /^(?:Import|Export)/.test(type))
}

/** Comments at the head of a module stay there. */
function firstStatementAt(text: string, body: readonly SyntaxNode[]): number {
  const first = body.find((statement) => typeof statement['directive'] !== 'string')
  if (first === undefined) return text.length
  const line = text.lastIndexOf('\n', first.start) + 1
  return text.slice(line, first.start).trim() === '' ? line : first.start
}

function consoleCall(node: SyntaxNode): ConsoleCall | undefined {
  if (node.type !== 'CallExpression') return undefined
  const callee = node['callee'] as SyntaxNode
  const method = /^console\.(\w+)$/.exec(dottedName(callee) ?? '')?.[1]
  if (method === undefined) return undefined
  const { length: argumentCount } = node['arguments'] as readonly SyntaxNode[]
  return { method, argumentCount, callEnd: node.end, ...rangeOf(callee) }
}

/** `app.use(morgan('combined'))` as a statement of its own. */
function usedMiddleware(node: SyntaxNode): ImportPlace | undefined {
  if (node.type !== 'ExpressionStatement') return undefined
  const call = node['expression'] as SyntaxNode
  if (call.type !== 'CallExpression') return undefined
  const callee = call['callee'] as SyntaxNode
  const args = call['arguments'] as readonly SyntaxNode[]
  const [argument] = args
  if (args.length !== 1 || argument?.type !== 'CallExpression') return undefined
  if (!(dottedName(callee) ?? '').endsWith('.use')) return undefined
  const name = dottedName(argument['callee'] as SyntaxNode)
  return name === undefined ? undefined : { name, line: lineOf(node), ...rangeOf(node) }
}

function envRead(node: SyntaxNode): EnvRead | undefined {
  if (node.type === 'LogicalExpression') {
    const name = envName(node['left'] as SyntaxNode)
    const right = node['right'] as SyntaxNode
    const value = textOf(right) ?? (right.type === 'Literal' ? String(right['value']) : undefined)
    return name === undefined || value === undefined ? undefined : { name, fallback: value }
  }
  const name = envName(node)
  return name === undefined ? undefined : { name }
}

function envName(node: SyntaxNode): string | undefined {
  if (node.type !== 'MemberExpression') return undefined
  return /^process\.env\.([A-Za-z_]\w*)$/.exec(dottedName(node) ?? '')?.[1]
}

function rangeOf({ start, end }: SyntaxNode): TextRange {
  return { start, end }
}
