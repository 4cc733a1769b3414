// What JSON.stringify would escape, and the line separators that some log readers break lines at.
// eslint-disable-next-line no-control-regex
const NEEDS_ESCAPE = /[\u0000-\u001f"\\\u007f-\u009f\u2028\u2029\ud800-\udfff]/
const EXTRA = /[\u007f-\u009f\u2028\u2029]/g

/** Gives `text` as a JSON string on one line, safe to print on a terminal. */
export function quote(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`
  return JSON.stringify(text).replaceAll(EXTRA, escapeUnit)
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
