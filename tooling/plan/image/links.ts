import { type Entry, type LinkEntry, byPath } from './entry.ts'
import type { LeftOut } from './left-out.ts'
import type { PathTest } from './path-pattern.ts'
import type { Selected } from './select-entries.ts'

/** What the links of a layer lead to. */
export interface LinkFindings {
  readonly layer: Selected
  /** Links out of the image's own folder: an image with one is not built. */
  readonly unsafe: readonly LinkEntry[]
}

/** Takes links that lead nowhere out of a layer, and finds those that leave the image's folder. `isElsewhere` says what the other layers hold. */
export function checkLinks({ entries, leftOut }: Selected, isElsewhere: PathTest): LinkFindings {
  const places = toPlaces(entries)
  const unsafe: LinkEntry[] = []
  const dangling: LeftOut[] = []
  const kept = entries.filter((entry) => {
    if (entry.kind === 'file') return true
    const target = toTargetPath(entry)
    if (target === undefined) unsafe.push(entry)
    else if (!places.has(target) && !isElsewhere(target))
      dangling.push({ path: entry.path, reason: 'dangling-link', sizeBytes: 0 })
    else return true
    return false
  })
  return { layer: { entries: kept, leftOut: [...leftOut, ...dangling].toSorted(byPath) }, unsafe }
}

/** Gives the path a link leads to, or `undefined` when that is outside. */
export function toTargetPath({ path, target }: LinkEntry): string | undefined {
  if (target.startsWith('/') || /^[A-Za-z]:|\\/.test(target)) return undefined
  const parts = path.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}

/** Every path there is: of the entries, and of the folders above them. */
function toPlaces(entries: readonly Entry[]): ReadonlySet<string> {
  const places = new Set<string>([''])
  for (const { path } of entries)
    for (let place = path; !places.has(place); place = toParent(place)) places.add(place)
  return places
}

function toParent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
