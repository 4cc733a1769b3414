import type { TextRange } from '../../parse/facts/edit-places.ts'

/** A stretch of a text, and what comes into its place. */
export interface Edit extends TextRange {
  readonly text: string
}

/** Gives a text with its edits made; they may not overlap. */
export function editText(text: string, edits: readonly Edit[]): string {
  let result = text
  for (const edit of edits.toSorted((a, b) => b.start - a.start || b.end - a.end))
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end)
  return result
}

/** Gives the edit that takes a statement away, with its line when nothing else stands in it. */
export function removeStatement(text: string, { start, end }: TextRange): Edit {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = text.indexOf('\n', end)
  const rest = text.slice(end, lineEnd === -1 ? text.length : lineEnd)
  const isAlone = text.slice(lineStart, start).trim() === '' && rest.trim() === ''
  if (!isAlone) return { start, end, text: '' }
  return { start: lineStart, end: lineEnd === -1 ? text.length : lineEnd + 1, text: '' }
}
