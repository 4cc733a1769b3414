/** What a request needs to be allowed: to read a repository, or to read and write it. */
export interface Scope {
  readonly repository: string
  readonly push: boolean
}

/** Spells a scope as token servers read it. Source: distribution, "Token scope documentation". */
export function toScopeText({ repository, push }: Scope): string {
  return `repository:${repository}:${push ? 'pull,push' : 'pull'}`
}

/** Says whether what is allowed by `held` is enough for `needed`. */
export function covers(held: readonly Scope[], needed: readonly Scope[]): boolean {
  return needed.every(({ repository, push }) =>
    held.some((scope) => scope.repository === repository && (scope.push || !push)),
  )
}

/**
 * Joins what a registry asks for with what we know we need. What it asks for comes first: some
 * registries look at the first scope only.
 */
export function joinScopes(asked: string | undefined, needed: readonly Scope[]): string[] {
  const own = needed.map(toScopeText)
  const extra = (asked ?? '').split(' ').filter((text) => text !== '' && !isWithin(text, own))
  return [...new Set([...extra, ...own])]
}

function isWithin(text: string, own: readonly string[]): boolean {
  const [resource, actions] = splitActions(text)
  return own.some((other) => {
    const [otherResource, otherActions] = splitActions(other)
    return resource === otherResource && actions.every((action) => otherActions.includes(action))
  })
}

function splitActions(text: string): [resource: string, actions: readonly string[]] {
  const colon = text.lastIndexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1).split(',')]
}
