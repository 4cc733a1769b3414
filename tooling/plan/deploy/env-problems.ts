import type { Description, VariableDescription } from '../../../src/convention/description.ts'

/** What is known of a variable in the cluster: that it is there, and what it holds. */
export type FoundVariables = ReadonlyMap<string, string>

/** Lists the required variables that are missing, and the values that are no good; a secret's is not shown. */
export function findEnvProblems(
  { env }: Pick<Description, 'env'>,
  found: FoundVariables,
  given: ReadonlySet<string>,
): string[] {
  return Object.entries(env).flatMap(([name, variable]) => {
    const value = found.get(name)
    if (value === undefined)
      return variable.required && !given.has(name) ? [`${name} is not set`] : []
    const problem = findValueProblem(value, variable.schema ?? {})
    return problem === undefined
      ? []
      : [`${name} is ${toShown(value, variable)} — expected ${problem}`]
  })
}

/** Variables are texts: a schema is asked of what the text says. Formats are left to the service itself. */
function findValueProblem(
  value: string,
  schema: Readonly<Record<string, unknown>>,
): string | undefined {
  const { type, enum: allowed, minLength, pattern, format } = schema
  if (type === 'integer' && !/^\s*[+-]?\d+\s*$/.test(value)) return 'a whole number'
  if (type === 'number' && (value.trim() === '' || Number.isNaN(Number(value)))) return 'a number'
  if (Array.isArray(allowed) && !allowed.map(String).includes(value))
    return `one of ${allowed.join(', ')}`
  if (typeof minLength === 'number' && value.length < minLength)
    return `at least ${minLength} characters`
  if (format === 'uri' && !URL.canParse(value)) return 'a URL'
  if (typeof pattern === 'string' && !matches(pattern, value)) return `what matches ${pattern}`
  return undefined
}

/** A pattern that is none here says nothing. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value)
  } catch {
    return true
  }
}

function toShown(value: string, { secret }: VariableDescription): string {
  if (value === '') return 'empty'
  if (secret || value.includes('://')) return `set (${value.length} characters, not shown)`
  return JSON.stringify(value.slice(0, 80))
}
