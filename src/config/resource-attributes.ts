import { ENV } from '../convention/env-names.ts'
import { scrub } from '../convention/scrub.ts'
import type { ProblemList } from './problem.ts'

/** Parses `key=value,key=value` with percent-encoded values. Source: OpenTelemetry resource SDK specification. */
export function parseResourceAttributes(
  text: string | undefined,
  problems: ProblemList,
): Readonly<Record<string, string>> {
  const attributes = new Map<string, string>()
  for (const member of (text ?? '').split(',')) {
    if (member.trim() === '') continue
    const at = member.indexOf('=')
    const key = member.slice(0, Math.max(at, 0)).trim()
    const value = decoded(member.slice(at + 1).trim())
    if (at <= 0 || key === '' || value === undefined) {
      problems.add({
        name: ENV.otelResourceAttributes,
        value: text,
        expected: `key=value pairs separated by commas; ${JSON.stringify(scrub(member))} is none`,
      })
      continue
    }
    attributes.set(key, value)
  }
  return Object.assign(
    Object.create(null) as Record<string, string>,
    Object.fromEntries(attributes),
  )
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
