import type { CodeSplittingNameFunction } from 'rolldown'

/** Part of the runtime that has a file of its own: what `servicex doctor` and `kube` load without the rest. */
const PARTS: readonly (readonly [name: string, sources: RegExp])[] = [
  ['convention', /\/src\/(?:convention|config)\//],
  ['context', /\/src\/context\//],
]

/**
 * Puts all that `entry` loads at once into few files: a file costs a start half a millisecond, and by
 * default each set of modules that the same entries share is one. What is loaded later stays apart.
 */
export function toChunkName(entry: string): CodeSplittingNameFunction {
  let loaded: ReadonlySet<string> | undefined
  return (id, context) => {
    loaded ??= loadedWith(entry, (file) => context.getModuleInfo(file)?.importedIds ?? [])
    if (!loaded.has(id)) return null
    return PARTS.find(([, sources]) => sources.test(id))?.[0] ?? 'service'
  }
}

function loadedWith(
  entry: string,
  importsOf: (file: string) => readonly string[],
): ReadonlySet<string> {
  const files = new Set([entry])
  for (const file of files) for (const imported of importsOf(file)) files.add(imported)
  return files
}
