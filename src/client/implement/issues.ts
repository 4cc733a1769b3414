import type { $ZodIssue } from 'zod/v4/core'
import type { ProblemIssue } from '../../convention/problem.ts'

/** The most characters of a member's name that a path shows: the names of records come from outside. */
const NAME_MAX_CHARS = 64

/** A text this short is found in messages by chance. */
const ECHO_MIN_CHARS = 3

/**
 * Gives zod's findings as a caller may see them: where, which rule, what was expected. A value of
 * `input` is never in them, whatever the message of a rule says.
 */
export function toIssues(
  place: string,
  issues: readonly $ZodIssue[],
  input: unknown,
): readonly ProblemIssue[] {
  return issues.map((issue) => ({
    path: toPath(place, issue.path),
    code: issue.code ?? 'custom',
    message: toMessage(issue, valueAt(input, issue.path)),
  }))
}

/** Gives the path of a place: `body.lines[0].total`, `body["a b"]`. */
function toPath(place: string, steps: readonly PropertyKey[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`
    const name = String(step).slice(0, NAME_MAX_CHARS)
    return /^[\w$-]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`
  }, place)
}

function toMessage(issue: $ZodIssue, value: unknown): string {
  if (issue.code === 'unrecognized_keys')
    return `has ${issue.keys.length === 1 ? 'a member that is' : `${issue.keys.length} members that are`} not declared`
  return echoes(issue.message, value) ? 'is not valid' : issue.message
}

/** Says whether a rule's message shows what it was given. */
function echoes(message: string, value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return false
  const text = String(value)
  return text.length >= ECHO_MIN_CHARS && value !== undefined && message.includes(text)
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined
    return Object.hasOwn(value, step) ? (value as Record<PropertyKey, unknown>)[step] : undefined
  }, input)
}
