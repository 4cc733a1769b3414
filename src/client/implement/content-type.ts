/** A content type without its parameters but the one that matters. */
export interface ContentType {
  /** Lower case, `application/json`. */
  readonly type: string
  readonly charset: string | undefined
}

/** Reads a `Content-Type` header. */
export function parseContentType(header: string | undefined): ContentType | undefined {
  if (header === undefined) return undefined
  const [type = '', ...parameters] = header.split(';')
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/i.exec(parameter)?.[1])
    .find((value) => value !== undefined)
  return { type: type.trim().toLowerCase(), charset: charset?.toLowerCase() }
}

/** Says whether a content type is JSON in UTF-8, as all JSON between programs is. Source: RFC 8259 §8.1. */
export function isJsonType({ type, charset }: ContentType): boolean {
  const isJson = type === 'application/json' || /^application\/[-\w.+]+\+json$/.test(type)
  return isJson && (charset === undefined || charset === 'utf-8' || charset === 'utf8')
}

/** Says whether a content type is among those declared, `image/*` and the like included. */
export function isAmong(type: string, declared: readonly string[]): boolean {
  return declared.some((each) => {
    if (each === type || each === '*/*') return true
    return each.endsWith('/*') && type.startsWith(each.slice(0, -1))
  })
}
