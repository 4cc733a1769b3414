const ALIASES: ReadonlyMap<string, string> = new Map([
  ['prod', 'production'],
  ['dev', 'development'],
])

/** Gives the full name of an environment: `prod` is `production`, `dev` is `development`. */
export function toEnvironmentName(name: string): string {
  const lower = name.trim().toLowerCase()
  return ALIASES.get(lower) ?? lower
}

/** Says whether an environment is a person's own machine rather than a cluster. */
export function isLocalEnvironment(name: string): boolean {
  return name === 'development' || name === 'test'
}
