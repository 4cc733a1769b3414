/** How a registry wants to be told who asks: one `WWW-Authenticate` challenge. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer'
      /** Where tokens are given out, as the registry wrote it. */
      readonly realm: string
      readonly service?: string
      readonly scope?: string
      /** `insufficient_scope`, `invalid_token`: what was wrong with the last token. */
      readonly error?: string
    }

const MAX_HEADER_CHARS = 16_384
const SCHEME = /[A-Za-z][A-Za-z0-9_-]*/y
const PARAMETER = /[\s,]*([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y
const SEPARATOR = /[\s,]+/y

/**
 * Reads `WWW-Authenticate`, which may hold several challenges, and gives the one to answer: Bearer
 * before Basic. `undefined` when there is none of either. Linear in the length of the header.
 */
export function toChallenge(header: string | undefined): Challenge | undefined {
  const challenges = readChallenges((header ?? '').slice(0, MAX_HEADER_CHARS))
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters
  const realm = bearer?.get('realm')
  if (bearer !== undefined && realm !== undefined)
    return {
      scheme: 'bearer',
      realm,
      ...optional('service', bearer.get('service')),
      ...optional('scope', bearer.get('scope')),
      ...optional('error', bearer.get('error')),
    }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined
}

interface RawChallenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

function readChallenges(header: string): RawChallenge[] {
  const challenges: RawChallenge[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(header)
    if (found !== null) at = pattern.lastIndex
    return found
  }
  while (at < header.length) {
    take(SEPARATOR)
    const scheme = take(SCHEME)
    if (scheme === null) break
    const parameters = new Map<string, string>()
    for (let found = take(PARAMETER); found !== null; found = take(PARAMETER)) {
      const [, name = '', quoted, plain = ''] = found
      const value = quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, '$1')
      if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value)
    }
    challenges.push({ scheme: scheme[0].toLowerCase(), parameters })
  }
  return challenges
}

function optional<Name extends string>(
  name: Name,
  value: string | undefined,
): { readonly [Key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: string })
}
