import type { Entry, LinkEntry } from './entry.ts'
import type { LeftOut } from './left-out.ts'
import { byPath } from './entry.ts'
import type { Selected } from './select-entries.ts'

/** What the links of an image lead to. */
export interface LinkFindings {
  readonly layers: readonly Selected[]
  /** Links out of the image's own folder: an image with one is not built. */
  readonly unsafe: readonly LinkEntry[]
}

/** Takes links that lead nowhere out of the layers, and finds those that leave the folder they are in. */
export function checkLinks(layers: readonly Selected[]): LinkFindings {
  const places = toPlaces(layers.flatMap(({ entries }) => entries))
  const unsafe: LinkEntry[] = []
  const checked = layers.map((layer) => {
    const dangling: LeftOut[] = []
    const entries = layer.entries.filter((entry) => {
      if (entry.kind === 'file') return true
      const target = toTargetPath(entry)
      if (target === undefined) unsafe.push(entry)
      else if (!places.has(target))
        dangling.push({ path: entry.path, reason: 'dangling-link', sizeBytes: 0 })
      return target === undefined || places.has(target)
    })
    return { entries, leftOut: [...layer.leftOut, ...dangling].toSorted(byPath) }
  })
  return { layers: checked, unsafe }
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
    for (
      let place = path;
      !places.has(place);
      place = place.slice(0, Math.max(0, place.lastIndexOf('/')))
    )
      places.add(place)
  return places
}
