import type { Entry } from './entry.ts'

/**
 * Lists the paths that would be written elsewhere than they say: with `..` or an empty part, into a
 * `.git`, or below what is itself a file or a link. Git does not make such trees; a forged one has them.
 */
export function toUnsafePaths(entries: readonly Entry[]): string[] {
  const places = new Set(entries.map(({ path }) => path))
  return entries
    .map(({ path }) => path)
    .filter((path) => {
      const parts = path.split('/')
      const isOdd = parts.some((part) => ['', '.', '..'].includes(part) || /^\.git$/i.test(part))
      const isBelowFile = parts.some(
        (_, depth) => depth > 0 && places.has(parts.slice(0, depth).join('/')),
      )
      return isOdd || isBelowFile || path.includes('\uFFFD') || path.includes('\0')
    })
}
