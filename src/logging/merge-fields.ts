import { read } from '../convention/safe-json.ts'

/** Fields of a line; without a prototype when they were merged, so that no name means anything else. */
export type Fields = Readonly<Record<string, unknown>>

/** Lays fields over each other, later ones winning; a single layer is given back as it is. A getter that throws gives a note. */
export function mergeFields(layers: readonly (object | undefined)[]): Fields | undefined {
  const present = layers.filter((layer) => layer !== undefined)
  if (present.length <= 1) return present[0] as Fields | undefined
  const merged = Object.create(null) as Record<string, unknown>
  for (const layer of present)
    for (const name of Object.keys(layer)) merged[name] = read(layer, name)
  return merged
}
