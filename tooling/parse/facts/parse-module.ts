import { tsPlugin } from '@sveltejs/acorn-typescript'
import { type Node, Parser } from 'acorn'

/** A node of a syntax tree (ESTree, with TypeScript's own kinds), of which nothing but the kind is known. */
export interface SyntaxNode extends Node {
  readonly [key: string]: unknown
}

const TypeScriptParser = Parser.extend(tsPlugin())

/**
 * Parses one module: TypeScript or JavaScript, ESM or CommonJS. Its places are those of the text.
 * Throws a SyntaxError with the place of the slip.
 */
export function parseModule(path: string, text: string): SyntaxNode {
  const parser = /\.[cm]?tsx?$/.test(path) ? TypeScriptParser : Parser
  const options = {
    ecmaVersion: 'latest',
    allowHashBang: true,
    allowReturnOutsideFunction: true,
    locations: true,
  } as const
  const read = (sourceType: 'module' | 'script'): SyntaxNode =>
    parser.parse(text, { ...options, sourceType }) as never
  if (/\.c[jt]s$/.test(path)) return read('script')
  try {
    return read('module')
  } catch (error) {
    // Its package may say that it is CommonJS, and few modules are neither.
    try {
      return read('script')
    } catch {
      throw error
    }
  }
}

/** Goes over a whole tree in the order of the text, without recursion: a hostile source may be nested without end. */
export function visit(root: SyntaxNode, see: (node: SyntaxNode) => void): void {
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

/** Gives the dotted name that a chain of members spells, `process.stdout.write`. */
export function dottedName(node: SyntaxNode): string | undefined {
  if (node.type === 'Identifier') return node['name'] as string
  if (node.type !== 'MemberExpression') return undefined
  const object = dottedName(node['object'] as SyntaxNode)
  const property = node['property'] as SyntaxNode
  const name = node['computed'] === true ? textOf(property) : (property['name'] as string)
  return object === undefined || name === undefined ? undefined : `${object}.${name}`
}

/** Gives the text of a string literal. */
export function textOf(node: SyntaxNode | null | undefined): string | undefined {
  const value = node?.['value']
  return typeof value === 'string' ? value : undefined
}

/** Gives the line a node begins in, from 1. */
export function lineOf({ loc }: SyntaxNode): number {
  return loc?.start.line ?? 1
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
