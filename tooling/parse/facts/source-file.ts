import { SourceMap, type SourceMapPayload, stripTypeScriptTypes } from 'node:module'
import { type Node, parse } from 'acorn'

/** What the rules want to know of one module. */
export interface SourceFile {
  readonly path: string
  /** Static imports and `require` calls at the top level, in their order. */
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

interface AnyNode extends Node {
  readonly [key: string]: unknown
}

/** Reads one module: TypeScript or JavaScript, ESM or CommonJS. What cannot be parsed says so and is otherwise empty. */
export function toSourceFile(path: string, text: string): SourceFile {
  try {
    const { code, toLine } = toJavaScript(path, text)
    const program = parseModule(path, code)
    const prints: SourceMention[] = []
    visit(program, (node) => {
      const name = printName(node)
      if (name !== undefined) prints.push({ name, line: toLine(node.start) })
    })
    return { path, imports: importsOf(program, toLine), prints }
  } catch (error) {
    return { path, imports: [], prints: [], problem: (error as Error).message }
  }
}

/** What JavaScript a module is, and where its places stand in the source. */
interface JavaScript {
  readonly code: string
  readonly toLine: (offset: number) => number
}

/** Types become blanks, so that places stay; what is more than types (an enum) is spelled out, and mapped back. */
function toJavaScript(path: string, text: string): JavaScript {
  if (!/\.[cm]?ts$/.test(path)) return { code: text, toLine: toLineFinder(text) }
  try {
    const code = quietly(() => stripTypeScriptTypes(text))
    return { code, toLine: toLineFinder(code) }
  } catch {
    const code = quietly(() => stripTypeScriptTypes(text, { mode: 'transform', sourceMap: true }))
    const map = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)/.exec(code)?.[1] ?? ''
    const payload = JSON.parse(Buffer.from(map, 'base64').toString('utf8')) as SourceMapPayload
    const sourceMap = new SourceMap(payload)
    const toLine = toLineFinder(code)
    return { code, toLine: (offset) => toOriginalLine(sourceMap, toLine(offset)) }
  }
}

function toOriginalLine(map: SourceMap, line: number): number {
  const entry = map.findEntry(line - 1, 0)
  return 'originalLine' in entry ? entry.originalLine + 1 : line
}

/** Node 22 warns of the function as experimental: nothing a person could act on. */
function quietly<Value>(work: () => Value): Value {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it was
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}

/** What is no ES module by its name may be one, and the other way round: the package says, and few files break both. */
function parseModule(path: string, code: string): AnyNode {
  const options = {
    ecmaVersion: 'latest',
    allowHashBang: true,
    allowReturnOutsideFunction: true,
  } as const
  const script = (): AnyNode => parse(code, { ...options, sourceType: 'script' }) as never
  if (/\.c[jt]s$/.test(path)) return script()
  try {
    return parse(code, { ...options, sourceType: 'module' }) as never
  } catch (error) {
    try {
      return script()
    } catch {
      throw error
    }
  }
}

function importsOf(program: AnyNode, toLine: (offset: number) => number): readonly SourceMention[] {
  const body = program['body'] as readonly AnyNode[]
  return body.flatMap((statement) => {
    const name = importName(statement)
    return name === undefined ? [] : [{ name, line: toLine(statement.start) }]
  })
}

function importName(statement: AnyNode): string | undefined {
  const source = statement['source'] as AnyNode | null | undefined
  if (source !== undefined && source !== null) return literal(source)
  if (statement.type === 'ExpressionStatement')
    return requireName(statement['expression'] as AnyNode)
  if (statement.type !== 'VariableDeclaration') return undefined
  const [first] = statement['declarations'] as readonly AnyNode[]
  return requireName(first?.['init'] as AnyNode | null | undefined)
}

/** `require('x')`, and what is done with it at once: `require('x').y`, `require('x')()`. */
function requireName(node: AnyNode | null | undefined): string | undefined {
  if (node === null || node === undefined) return undefined
  if (node.type === 'MemberExpression') return requireName(node['object'] as AnyNode)
  if (node.type !== 'CallExpression') return undefined
  const callee = node['callee'] as AnyNode
  const [argument] = node['arguments'] as readonly AnyNode[]
  if (callee.type === 'Identifier' && callee['name'] === 'require')
    return argument === undefined ? undefined : literal(argument)
  return requireName(callee)
}

function literal(node: AnyNode): string | undefined {
  return typeof node['value'] === 'string' ? node['value'] : undefined
}

function printName(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression') return undefined
  const name = dotted(node['callee'] as AnyNode)
  if (name === undefined) return undefined
  return /^console\.\w+$|^process\.(?:stdout|stderr)\.write$/.test(name) ? name : undefined
}

function dotted(node: AnyNode): string | undefined {
  if (node.type === 'Identifier') return node['name'] as string
  if (node.type !== 'MemberExpression' || node['computed'] === true) return undefined
  const object = dotted(node['object'] as AnyNode)
  return object === undefined
    ? undefined
    : `${object}.${String((node['property'] as AnyNode)['name'])}`
}

/** Goes over a whole tree without recursion: a hostile source may be nested without end. */
function visit(root: AnyNode, see: (node: AnyNode) => void): void {
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (Array.isArray(value)) waiting.push(...(value as unknown[]).toReversed())
    else if (isNode(value)) {
      see(value)
      waiting.push(...Object.values(value).toReversed())
    }
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value
}

function toLineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let line = starts.findIndex((start) => start > offset)
    if (line === -1) line = starts.length
    return line
  }
}
