/** Says whether a path is meant. */
export type PathTest = (path: string) => boolean

/**
 * Reads patterns as package managers write them: `*` within a name, `**` over folders, `?`, a leading
 * `!` to take away. A pattern that names a folder means all that is in it. The last one that fits decides.
 */
export function toPathTest(patterns: readonly string[]): PathTest {
  const rules = patterns.map((pattern) => ({
    isTaken: !pattern.startsWith('!'),
    expression: toExpression(pattern.replace(/^!/, '')),
  }))
  return (path) => rules.findLast(({ expression }) => expression.test(path))?.isTaken ?? false
}

/** Says which folders are workspaces: like `toPathTest`, but a folder below a match is none. */
export function toFolderTest(patterns: readonly string[]): PathTest {
  const rules = patterns.map((pattern) => ({
    isTaken: !pattern.startsWith('!'),
    expression: toExpression(pattern.replace(/^!/, ''), '$'),
  }))
  return (path) => rules.findLast(({ expression }) => expression.test(path))?.isTaken ?? false
}

function toExpression(pattern: string, end = '(?:/|$)'): RegExp {
  const clean = pattern.replace(/^\.?\//, '').replace(/\/+$/, '')
  const source = clean.replaceAll(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (sign) => {
    if (sign === '**/') return '(?:[^/]+/)*'
    if (sign === '**') return '.*'
    if (sign === '*') return '[^/]*'
    return sign === '?' ? '[^/]' : `\\${sign}`
  })
  return new RegExp(`^${source}${end}`)
}
