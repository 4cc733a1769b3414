/** What a terminal would obey instead of show: C0 and C1 controls but tab and line feed, and the marks that turn the reading direction. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * Gives text from elsewhere (a cluster, a registry, git, a log) such that a terminal shows it and
 * obeys nothing in it: each control character stands as its escape, `\u001b`.
 */
export function toPlainText(text: string): string {
  return text.replace(
    CONTROLS,
    (control) => String.raw`\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Gives the same, in one line. */
export function toPlainLine(text: string): string {
  return toPlainText(text.replaceAll(/\s*\n\s*/g, ' '))
}
