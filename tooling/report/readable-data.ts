import { createHash } from 'node:crypto'

/** A line that is longer is no line that anybody reads. */
const MAX_LINE_CHARS = 1000
const SHOWN_CHARS = 40

/**
 * Gives data as a person compares it: a text that is one long line of JSON gets a line a field, and any
 * other long line is its beginning, its length and its digest.
 */
export function toReadableData(value: unknown): unknown {
  if (typeof value === 'string') return toReadableText(value)
  if (Array.isArray(value)) return value.map(toReadableData)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, item]) => [name, toReadableData(item)] as const)
  return Object.fromEntries(entries)
}

function toReadableText(text: string): string {
  if (text.length <= MAX_LINE_CHARS || text.includes('\n')) return text
  return toJsonLines(text) ?? toDigested(text)
}

function toJsonLines(text: string): string | undefined {
  if (!/^[[{]/.test(text)) return undefined
  try {
    return `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`
  } catch {
    return undefined
  }
}

function toDigested(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return `${text.slice(0, SHOWN_CHARS)}… (${text.length} characters, sha256 ${digest})`
}
