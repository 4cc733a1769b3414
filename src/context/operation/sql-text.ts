const MAX_TEXT_CHARS = 2048
const OPERATION = /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*\(*\s*([a-z]+)/i

// Each pattern also ends at the end of the text: what is cut off within a string must not be shown.
const COMMENT = String.raw`--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`
const NUMBER = String.raw`\b\d(?:[\w.]|(?<=[eE])[+-])*`
const PLAIN_STRING = String.raw`(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|$)`
const ESCAPED_STRING = String.raw`'(?:[^'\\]|\\[\s\S]|'')*(?:'|\\?$)`
const QUOTED_NAME = String.raw`"(?:[^"]|"")*(?:"|$)|${'`'}(?:[^${'`'}]|${'`'}${'`'})*(?:${'`'}|$)`

/** What may stand in a query: names and placeholders are kept, the rest is a comment or a value. */
const TOKENS: Readonly<Record<SqlDialect, RegExp>> = {
  postgresql: tokens([
    String.raw`(?<comment>${COMMENT})`,
    String.raw`(?<kept>${QUOTED_NAME}|\$\d+)`,
    String.raw`[eE]${ESCAPED_STRING}`,
    PLAIN_STRING,
    String.raw`\$(?<tag>[A-Za-z_]\w*)?\$[\s\S]*?(?:\$\k<tag>\$|$)`,
    NUMBER,
  ]),
  mysql: tokens([
    String.raw`(?<comment>${COMMENT}|#[^\n]*)`,
    '(?<kept>`(?:[^`]|``)*(?:`|$))',
    String.raw`[bBxXnN]?${ESCAPED_STRING}`,
    ESCAPED_STRING.replaceAll("'", '"'),
    NUMBER,
  ]),
  other: tokens([
    String.raw`(?<comment>${COMMENT})`,
    String.raw`(?<kept>\[[^\]'"]*\]|${'`'}[^${'`'}]*(?:${'`'}|$)|[$:@]\w+)`,
    PLAIN_STRING,
    PLAIN_STRING.replaceAll("'", '"'),
    NUMBER,
  ]),
}

/** How a database's SQL writes strings: whether `"` quotes a name, and whether `\` escapes. */
export type SqlDialect = 'postgresql' | 'mysql' | 'other'

/** Gives the dialect of a system by OpenTelemetry's names, `undefined` for those that do not speak SQL. */
export function sqlDialect(system: string): SqlDialect | undefined {
  if (/^(?:postgresql|cockroachdb|redshift|aws\.redshift)$/.test(system)) return 'postgresql'
  if (/^(?:mysql|mariadb)$/.test(system)) return 'mysql'
  const speaksSql =
    /sql|oracle|db2|sybase|derby|h2|hana|firebird|cassandra|snowflake|clickhouse|spanner/
  return speaksSql.test(system) ? 'other' : undefined
}

/** Texts without a value, as they were asked: a service asks the same few over and over. One that holds values is never kept. */
const KNOWN_TEXTS = { count: 200, chars: 1000 } as const
const withoutValues: Readonly<Record<SqlDialect, Set<string>>> = {
  postgresql: new Set(),
  mysql: new Set(),
  other: new Set(),
}

/** Gives an SQL text with every value replaced by `?` and its comments left out, from at most 2048 characters of it. */
export function withoutLiterals(sql: string, dialect: SqlDialect): string {
  const known = withoutValues[dialect]
  if (known.has(sql)) return sql
  const masked = mask(sql, dialect)
  if (masked === sql && sql.length <= KNOWN_TEXTS.chars && known.size < KNOWN_TEXTS.count)
    known.add(sql)
  return masked
}

function mask(sql: string, dialect: SqlDialect): string {
  const text = sql.slice(0, MAX_TEXT_CHARS)
  const masked = text.replaceAll(TOKENS[dialect], (token: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Record<string, string | undefined>
    if (groups['comment'] !== undefined) return ' '
    return groups['kept'] === undefined ? '?' : token
  })
  return (dialect === 'other' ? beforeEscape(masked, text) : masked).trim()
}

/** Gives the verb of an SQL text, upper case; `undefined` when it begins with none. */
export function sqlOperation(sql: string): string | undefined {
  return OPERATION.exec(sql.slice(0, MAX_TEXT_CHARS))?.[1]?.toUpperCase()
}

/** Where `\'` may or may not end a string, what follows may be either: only the verb is shown. */
function beforeEscape(masked: string, original: string): string {
  return /\\['"]/.test(original) ? `${sqlOperation(original) ?? ''} ?` : masked
}

function tokens(patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join('|'), 'g')
}
