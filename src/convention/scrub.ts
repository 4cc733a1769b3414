import { isSensitiveName, REDACTED } from './sensitive.ts'

// A cheap first look: most strings hold none of these and are passed on as they are.
const SUSPECT = /:\/\/|[=:]|%3d|eyJ|bearer|basic/i

// Every repetition is bounded or cannot be entered twice at one place: a hostile string costs linear time.
const USER_INFO_IN_URL = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#]{1,512}@/gi
const BEARER = /\b(bearer(?:\s{1,8}|%20))(?!tokens?\b|auth)[\w.~+/=-]{6,}/gi
const BASIC = /(^|authorization["']?\s{0,8}[:=]\s{0,8}["']?)(basic\s{1,8})[\w+/=-]{4,}/gi
const JWT = /\beyJ[\w-]{5,2048}\.eyJ[\w-]{5,8192}(?:\.[\w-]*)?/g
const PAIR = /(^|[?&;,\s"'{(])([\w.-]{2,64})(["']?\s{0,8}[=:]\s{0,8}|%3d)(["']?)([^&;,\s"'})]+)/gi

/**
 * Gives `text` without the secrets that are known by their shape: credentials in URLs, bearer
 * tokens, JWTs, and `name=value` pairs under a sensitive name. Linear in the length of the text.
 */
export function scrub(text: string): string {
  if (!SUSPECT.test(text)) return text
  return text
    .replaceAll(USER_INFO_IN_URL, `$1${REDACTED}@`)
    .replaceAll(BEARER, `$1${REDACTED}`)
    .replaceAll(BASIC, `$1$2${REDACTED}`)
    .replaceAll(JWT, REDACTED)
    .replaceAll(PAIR, scrubPair)
}

function scrubPair(
  pair: string,
  before: string,
  name: string,
  sign: string,
  quote: string,
  value: string,
): string {
  if (value.startsWith(REDACTED.slice(0, -1)) || !isSensitiveName(name)) return pair
  return `${before}${name}${sign}${quote}${REDACTED}`
}
/** Gives a query string with the values of sensitive parameters withheld. */
export function scrubQuery(query: string): string {
  return query
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=')
      return at > 0 && isSensitiveName(pair.slice(0, at))
        ? `${pair.slice(0, at)}=${REDACTED}`
        : pair
    })
    .join('&')
}
