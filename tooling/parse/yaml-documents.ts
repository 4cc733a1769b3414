import { type Document, parseAllDocuments, type ScalarTag, type Tags } from 'yaml'

/** What came of one document: an object, or why there is none, with its line. */
export type YamlDocument =
  | { readonly kind: 'value'; readonly value: unknown; readonly line: number }
  | { readonly kind: 'problem'; readonly problem: string; readonly line: number }

/** More is no manifest that somebody wrote. */
const MAX_BYTES = 5_000_000

/** Aliases may repeat so much: a document of a kilobyte can otherwise stand for gigabytes. */
const MAX_ALIASES = 100

const MAX_DEPTH = 100

/**
 * Parses YAML as kubectl does: YAML 1.1's numbers and booleans (`0644` is octal, `yes` is true), without
 * its dates and base-60 numbers. Throws nothing: what cannot be read is a document with a problem.
 */
export function parseYamlDocuments(text: string): YamlDocument[] {
  if (text.length > MAX_BYTES) return [problem(`it has more than ${MAX_BYTES} bytes`, 1)]
  const depth = countDepth(text)
  if (depth > MAX_DEPTH) return [problem(`it is nested more than ${MAX_DEPTH} levels deep`, 1)]
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'yaml-1.1',
    merge: true,
    customTags: (tags) => [...tags.filter(isPlainTag), ...BOOLEANS],
    logLevel: 'silent',
  })
  if (!Array.isArray(documents)) return []
  return documents.flatMap((document): YamlDocument[] => {
    const line = lineAt(text, document.contents?.range?.[0] ?? 0)
    const [error] = document.errors
    if (error !== undefined)
      return [problem(firstLine(error.message), error.linePos?.[0].line ?? line)]
    if (document.contents === null) return []
    try {
      const value = toPlain(document)
      return value === null ? [] : [{ kind: 'value', value, line }]
    } catch (cause) {
      return [problem(cause instanceof Error ? firstLine(cause.message) : String(cause), line)]
    }
  })
}

/** Without what JSON cannot say: an alias within its own anchor throws. */
function toPlain(document: Document): unknown {
  return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES }))) as unknown
}

function problem(words: string, line: number): YamlDocument {
  return { kind: 'problem', problem: words, line }
}

/** kubectl takes `yes` and `on` for booleans, and `y` for a text. Source: go-yaml 2, resolve.go. */
const BOOLEANS: readonly ScalarTag[] = [
  toBoolean(true, /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/),
  toBoolean(false, /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/),
]

function toBoolean(value: boolean, test: RegExp): ScalarTag {
  return { tag: 'tag:yaml.org,2002:bool', default: true, test, resolve: () => value }
}

/** What kubectl's parser knows: no dates, no base 60, no sets. */
function isPlainTag(tag: Tags[number]): boolean {
  if (typeof tag === 'string') return true
  if ('format' in tag && tag.format === 'TIME') return false
  return !['bool', 'timestamp', 'binary', 'omap', 'pairs', 'set'].some((name) =>
    tag.tag.endsWith(`:${name}`),
  )
}

/** How deep brackets and indentation can nest it: an upper bound that costs no stack. */
function countDepth(text: string): number {
  let brackets = 0
  let deepest = 0
  for (const sign of text) {
    if (sign === '[' || sign === '{') deepest = Math.max(deepest, (brackets += 1))
    if ((sign === ']' || sign === '}') && brackets > 0) brackets -= 1
  }
  const dashes = Math.max(...(text.match(/^(?:[ \t]*[-?][ \t])+/gm) ?? ['']).map(countMarks))
  return Math.max(deepest, dashes)
}

function countMarks(prefix: string): number {
  return prefix.match(/[-?]/g)?.length ?? 0
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message
}
