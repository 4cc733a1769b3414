import type { StateAnswer } from '../../tooling/plan/dev/api.ts'
import { makeCell, type Cell } from './cell.ts'

/** What runs, as last heard; every view needs the services' names and colours. */
export const session: Cell<StateAnswer | undefined> = makeCell<StateAnswer | undefined>(undefined)

const HUES = 7
const known = new Map<string, number>()

/** Gives each service its colour, in the order of the session; a colour once given stays. */
export function colourServices(names: readonly string[]): void {
  for (const name of names) if (!known.has(name)) known.set(name, known.size)
}

/** Gives the class that colours a service; none until it is known. */
export function toHue(service: string): string {
  const index = known.get(service)
  return index === undefined ? '' : `hue-${index % HUES}`
}
