import type { CodeSplittingGroup } from 'rolldown'

/** The sources of the entries that chunks are made for. */
export interface ChunkedEntries {
  /** What a service imports. */
  readonly service: string
  /** What a generated client imports: of the service's modules, it loads what it needs alone. */
  readonly client: string
}

/** Part of the runtime that has a file of its own: what `servicex doctor` and `kube` load without the rest. */
const CONTEXT = /\/src\/(?:convention|config|context)\//

/**
 * Puts all that an entry loads at once into few files: a file costs a start half a millisecond, and by
 * default each set of modules that the same entries share is one. What is loaded later stays apart.
 */
export function toChunkGroups({ service, client }: ChunkedEntries): CodeSplittingGroup[] {
  const known = new Map<string, ReadonlySet<string>>()
  const toGroup = (
    name: string,
    priority: number,
    belongs: (id: string, ofService: boolean, ofClient: boolean) => boolean,
  ): CodeSplittingGroup => ({
    // A group takes what its modules import: those that import nothing of the others come first.
    priority,
    debugName: name,
    name: (id, context) => {
      const importsOf = (file: string): readonly string[] =>
        context.getModuleInfo(file)?.importedIds ?? []
      const isLoadedWith = (entry: string): boolean => {
        const loaded = known.get(entry) ?? loadedWith(entry, importsOf)
        known.set(entry, loaded)
        return loaded.has(id)
      }
      return belongs(id, isLoadedWith(service), isLoadedWith(client)) ? name : null
    },
  })
  return [
    toGroup('scope', 4, (_id, ofService, ofClient) => ofService && ofClient),
    // With its entry: a generated client then loads two files. Needs preserveEntrySignatures.
    toGroup('client', 3, (_id, _ofService, ofClient) => ofClient),
    toGroup('context', 2, (id, ofService) => ofService && CONTEXT.test(id)),
    toGroup('service', 1, (id, ofService) => ofService && id !== service),
  ]
}

function loadedWith(
  entry: string,
  importsOf: (file: string) => readonly string[],
): ReadonlySet<string> {
  const files = new Set([entry])
  for (const file of files) for (const imported of importsOf(file)) files.add(imported)
  return files
}
