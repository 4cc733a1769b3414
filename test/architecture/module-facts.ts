import { parseAst } from 'rolldown/parseAst'

/** One import of a module, however it is written. */
export interface ImportFact {
  readonly specifier: string
  /** True when nothing is loaded at run time: `import type`, `export type … from`, `import('x').T`. */
  readonly typeOnly: boolean
}

/** What the rules need to know about one source file. */
export interface ModuleFacts {
  readonly lineCount: number
  readonly imports: readonly ImportFact[]
  /** Names of exported declarations that no docstring stands directly above. */
  readonly undocumentedExports: readonly string[]
  readonly hasDefaultExport: boolean
  readonly hasStarExport: boolean
  /** Lines that hold the `any` type. */
  readonly anyLines: readonly number[]
  /** Lines that read or hand on the process's environment variables. */
  readonly envLines: readonly number[]
  /** Lines that await outside a function. */
  readonly topLevelAwaitLines: readonly number[]
}

interface AstNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** Parses one TypeScript source. Throws when it does not parse. */
export function toModuleFacts(source: string): ModuleFacts {
  const program = parseAst(source, { lang: 'ts', sourceType: 'module' }) as unknown as AstNode
  const nodes = [...walk(program)]
  const body = program['body'] as readonly AstNode[]
  const linesOf = (found: Iterable<AstNode>): number[] =>
    [...found].map((node) => source.slice(0, node.start).split('\n').length)
  return {
    lineCount: source.trimEnd().split('\n').length,
    imports: nodes.flatMap(toImport),
    undocumentedExports: toUndocumentedNames(body, source),
    hasDefaultExport: body.some((node) => node.type === 'ExportDefaultDeclaration'),
    hasStarExport: body.some((node) => node.type === 'ExportAllDeclaration'),
    anyLines: linesOf(nodes.filter((node) => node.type === 'TSAnyKeyword')),
    envLines: linesOf(nodes.filter(isEnvironmentRead)),
    topLevelAwaitLines: linesOf([...walk(program, isFunction)].filter(isAwait)),
  }
}

function* walk(node: AstNode, isOpaque?: (node: AstNode) => boolean): Generator<AstNode> {
  yield node
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child) && !isOpaque?.(child)) yield* walk(child, isOpaque)
    }
  }
}

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'type' in value
}

function isFunction(node: AstNode): boolean {
  return /^(Function|ArrowFunction)/.test(node.type)
}

function isAwait(node: AstNode): boolean {
  if (node.type === 'VariableDeclaration') return node['kind'] === 'await using'
  return (
    node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node['await'] === true)
  )
}

function toImport(node: AstNode): ImportFact[] {
  const specifier = specifierOf(node)
  if (specifier === undefined) return []
  const kind = node['importKind'] ?? node['exportKind']
  return [{ specifier, typeOnly: kind === 'type' || node.type === 'TSImportType' }]
}

function specifierOf(node: AstNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return textOf(node['source'])
    case 'TSExternalModuleReference':
      return textOf(node['expression'])
    case 'CallExpression':
      return isRequire(node['callee']) ? textOf((node['arguments'] as unknown[])[0]) : undefined
    default:
      return undefined
  }
}

/** `require('x')`, `require.resolve('x')`, `import.meta.resolve('x')`. */
function isRequire(callee: unknown): boolean {
  if (!isNode(callee)) return false
  if (callee.type === 'Identifier') return callee['name'] === 'require'
  if (callee.type !== 'MemberExpression' || nameOf(callee['property']) !== 'resolve') return false
  return nameOf(callee['object']) === 'require' || isNodeOf(callee['object'], 'MetaProperty')
}

function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value']
  const [quasi, ...more] = node.type === 'TemplateLiteral' ? (node['quasis'] as AstNode[]) : []
  return quasi && more.length === 0 ? (quasi['value'] as { cooked: string }).cooked : undefined
}

function toUndocumentedNames(body: readonly AstNode[], source: string): string[] {
  const isDocumented = (node: AstNode): boolean =>
    /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.test(source.slice(0, node.start))
  const exported = body.filter(isExportedDeclaration)
  // An overloaded function is described once, above the first of its signatures.
  const described = new Set(exported.filter(isDocumented).flatMap(toNames))
  return [...new Set(exported.flatMap(toNames))].filter((name) => !described.has(name))
}

function isExportedDeclaration(node: AstNode): boolean {
  if (!/^Export(Named|Default)Declaration$/.test(node.type)) return false
  return isNode(node['declaration'])
}

function toNames(node: AstNode): string[] {
  const declaration = node['declaration'] as AstNode
  if (declaration.type !== 'VariableDeclaration') return [nameOf(declaration['id']) ?? 'default']
  return (declaration['declarations'] as AstNode[]).map(({ id }) => nameOf(id) ?? 'a pattern')
}

/** `process.env`, `{ env } = process`, `import { env } from 'node:process'`. */
function isEnvironmentRead(node: AstNode): boolean {
  if (node.type === 'MemberExpression') {
    const name = nameOf(node['property']) ?? textOf(node['property'])
    return name === 'env' && isProcess(node['object'])
  }
  if (node.type === 'VariableDeclarator' && isProcess(node['init'])) return picksEnv(node['id'])
  const isProcessImport = node.type === 'ImportDeclaration' && specifierOf(node) === 'node:process'
  return (
    isProcessImport &&
    (node['specifiers'] as AstNode[]).some((s) => nameOf(s['imported']) === 'env')
  )
}

function isProcess(node: unknown): boolean {
  if (nameOf(node) === 'process') return true
  return isNodeOf(node, 'MemberExpression') && nameOf((node as AstNode)['property']) === 'process'
}

function picksEnv(pattern: unknown): boolean {
  const properties = isNode(pattern) ? ((pattern['properties'] ?? []) as AstNode[]) : []
  return properties.some((property) => nameOf(property['key']) === 'env')
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && typeof node['name'] === 'string' ? node['name'] : undefined
}

function isNodeOf(node: unknown, type: string): boolean {
  return isNode(node) && node.type === type
}
