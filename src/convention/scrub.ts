import { isSensitiveName, REDACTED } from './sensitive.ts'

// A cheap first look: most strings hold none of these and are passed on as they are.
const SUSPECT = /:\/\/|[=:]|%3d|eyJ|bearer|basic/i

// Every repetition is bounded, or begins where the one before it ended: a hostile string costs linear time.
const USER_INFO_IN_URL = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#]{1,512}@/gi
const SCHEME = /bearer|basic/i
const BEARER = /\b(bearer(?:\s{1,8}|%20))(?!tokens?\b|auth)[\w.~+/=-]{6,}/gi
const BASIC = /(^|["'])([Bb]asic\s{1,8})(?=\S*[A-Z0-9=])[\w+/=-]{4,}/g
const JWT = /(?<![\w-])eyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g

/** A name and its sign, `token=`, `"password": `, `user%5Bpin%5D%3d`; a URL's scheme is no name. */
const NAME = /(?<![\w.[\]%-])([\w.[\]%-]{2,128}?)(\\?["']?\s{0,8}(?:=|:(?!\/\/))\s{0,8}|%3d)/gi
/** What stands after a sign: a text or a list up to its end, else all that belongs to no next pair. */
const VALUE =
  /\\"[^"\\]*|"(?:[^"\\\n]|\\.)*|'(?:[^'\\\n]|\\.)*|\[(?!redacted)[^\]\n]*|[^&;,\s"'})]+/y
/** Headers whose value goes on to the end of the line: `Authorization: Digest a="b", c="d"`. */
const WHOLE_LINE = /(?:^|[^a-z])(?:authorization|cookie)$/i
const REST_OF_LINE = /[^\r\n]*/y

/**
 * Gives `text` without the secrets that are known by their shape: credentials in URLs, bearer
 * tokens, JWTs, and `name=value` pairs under a sensitive name. Linear in the length of the text.
 */
export function scrub(text: string): string {
  if (!SUSPECT.test(text)) return text
  // Most texts with a `:` or a `=` have no more than that: what cannot be in them is not looked for.
  const withoutUser = text.includes('@')
    ? text.replaceAll(USER_INFO_IN_URL, `$1${REDACTED}@`)
    : text
  const withoutPairs = scrubPairs(withoutUser)
  const withoutSchemes = SCHEME.test(withoutPairs)
    ? withoutPairs.replaceAll(BEARER, `$1${REDACTED}`).replaceAll(BASIC, `$1$2${REDACTED}`)
    : withoutPairs
  return withoutSchemes.includes('eyJ') ? withoutSchemes.replaceAll(JWT, REDACTED) : withoutSchemes
}

/** Gives a query string with the values of sensitive parameters withheld. */
export function scrubQuery(query: string): string {
  return query
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=')
      const sensitive = at > 0 && isSensitive(pair.slice(0, at))
      return sensitive ? `${pair.slice(0, at)}=${REDACTED}` : scrub(pair)
    })
    .join('&')
}

/** A value that is not withheld is looked into: pairs may stand in it. */
function scrubPairs(text: string): string {
  let scrubbed = ''
  let copied = 0
  NAME.lastIndex = 0
  for (let found = NAME.exec(text); found !== null; found = NAME.exec(text)) {
    const name = found[1] ?? ''
    if (!isSensitive(name)) continue
    const start = NAME.lastIndex
    const end = endOfValue(text, start, WHOLE_LINE.test(name))
    if (end === start) continue
    const quotes = /^\\?["']?/.exec(text.slice(start, start + 2))?.[0] ?? ''
    scrubbed += `${text.slice(copied, start)}${quotes}${REDACTED}`
    copied = end
    NAME.lastIndex = end
  }
  return scrubbed + text.slice(copied)
}

function endOfValue(text: string, start: number, wholeLine: boolean): number {
  if (text.startsWith(REDACTED, start)) return start
  const value = wholeLine && !/["'\\]/.test(text[start] ?? '') ? REST_OF_LINE : VALUE
  value.lastIndex = start
  return value.test(text) ? value.lastIndex : start
}

const KNOWN_NAMES = { count: 1000, chars: 64 }
const knownNames = new Map<string, boolean>()

/** Remembered, as texts hold the same names for ever; not all, as some come from outside. */
function isSensitive(name: string): boolean {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  // In a query, the brackets of a name may be percent-encoded: `user%5Bpassword%5D`.
  const sensitive = isSensitiveName(name.replaceAll(/%[0-9a-f]{2}/gi, ' '))
  if (knownNames.size < KNOWN_NAMES.count && name.length <= KNOWN_NAMES.chars)
    knownNames.set(name, sensitive)
  return sensitive
}
