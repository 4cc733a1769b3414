import type { JsonSchema } from '../../../src/convention/snapshot.ts'
import type { SchemaChange } from './schema-change.ts'

const FORMATS = ['format', 'contentEncoding', 'contentMediaType'] as const

/** Gives what changed in how strings must look. Patterns are not understood, only compared. */
export function compareText(before: JsonSchema, after: JsonSchema): readonly SchemaChange[] {
  const formats = FORMATS.map((keyword) =>
    compareWord('format', keyword, [wordOf(before[keyword]), wordOf(after[keyword])]),
  )
  const pattern = compareWord('pattern', 'pattern', [before.pattern, after.pattern])
  return [...formats, pattern].filter((change) => change !== undefined)
}

function compareWord(
  family: 'format' | 'pattern',
  keyword: string,
  [before, after]: readonly [string | undefined, string | undefined],
): SchemaChange | undefined {
  if (before === after) return undefined
  const detail = `${keyword} ${before ?? 'none'} → ${after ?? 'none'}`
  if (before === undefined) return { kind: `${family}-added`, at: '', detail }
  if (after === undefined) return { kind: `${family}-removed`, at: '', detail }
  return { kind: `${family}-changed`, at: '', detail }
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
