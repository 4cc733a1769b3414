const MAX_TEXT_CHARS = 2048
const LITERALS = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|\b0x[0-9a-f]+\b|\b\d+(?:\.\d+)?\b/gi
const OPERATION = /^\s*(?:--[^\n]*\n\s*|\/\*[^*]*\*\/\s*)*([a-z]+)/i

/** Gives an SQL text with every string and number replaced by `?`, at most 2048 characters of it. */
export function withoutLiterals(sql: string): string {
  return sql.slice(0, MAX_TEXT_CHARS).replaceAll(LITERALS, '?')
}

/** Gives the verb of an SQL text, upper case; `undefined` when it begins with none. */
export function sqlOperation(sql: string): string | undefined {
  return OPERATION.exec(sql.slice(0, MAX_TEXT_CHARS))?.[1]?.toUpperCase()
}
