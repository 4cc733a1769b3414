import type { Description } from '../convention/description.ts'
import {
  isName,
  MAX_NAME_LENGTH,
  RESERVED_NAMES,
  toServiceProcessName,
} from '../convention/names.ts'

/** Lists what is wrong with the names that came of the declaration and of package.json together. */
export function toNameProblems({ name, processes }: Description): string[] {
  const isUsable = isName(name) && !RESERVED_NAMES.has(name)
  const long = Object.keys(processes)
    .map((process) => toServiceProcessName(name, process))
    .filter((label) => label.length > MAX_NAME_LENGTH)
  return [
    ...(isUsable ? [] : [`name is ${JSON.stringify(name)} — expected the name of a namespace`]),
    ...long.map(
      (label) => `${label} has ${label.length} characters — expected at most ${MAX_NAME_LENGTH}`,
    ),
  ]
}
