import { scrub } from '../convention/scrub.ts'
import type { ProblemList } from './problem.ts'

/** A variable that holds pairs. */
export interface PairsSetting {
  readonly name: string
  readonly text: string | undefined
  /** Nothing of the text may be shown. */
  readonly isSecret?: boolean
}

/**
 * Parses `key=value,key=value` with percent-encoded values. Source: OpenTelemetry specification,
 * resource SDK (attributes) and OTLP exporter (headers).
 */
export function parsePairs(
  { name, text, isSecret = false }: PairsSetting,
  problems: ProblemList,
): Readonly<Record<string, string>> {
  const pairs = new Map<string, string>()
  for (const member of (text ?? '').split(',')) {
    if (member.trim() === '') continue
    const at = member.indexOf('=')
    const key = member.slice(0, Math.max(at, 0)).trim()
    const value = decoded(member.slice(at + 1).trim())
    if (at <= 0 || key === '' || value === undefined) {
      problems.add({
        name,
        value: text,
        isSecret,
        expected: isSecret
          ? 'key=value pairs separated by commas'
          : `key=value pairs separated by commas; ${JSON.stringify(scrub(member))} is none`,
      })
      continue
    }
    pairs.set(key, value)
  }
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(pairs))
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
