import type { Description } from '../../../src/convention/description.ts'
import type { PackageJson } from '../project.ts'
import type { Settings } from '../settings.ts'

/** Where the names of entrypoints are found. */
export interface EntrypointSources {
  readonly description: Description | undefined
  readonly packageJson: PackageJson
  readonly settings: Settings
  /** The files of the repository. */
  readonly paths: readonly string[]
}

/** Folders that builds write to: what is in them has a source elsewhere. */
const BUILT = /^(?:dist|build|lib|out)\//

/** Gives the sources of the modules that the app's processes start with; of a built module, what it is built from. */
export function toEntrypoints({
  description,
  packageJson,
  settings,
  paths,
}: EntrypointSources): readonly string[] {
  const named = [
    ...Object.values(description?.processes ?? {}).map(({ entrypoint }) => entrypoint),
    settings.image?.main,
    packageJson.main,
    startedModule(packageJson.scripts?.['start']),
  ]
  const all = new Set(paths)
  return [
    ...new Set(
      named
        .filter((name) => name !== undefined)
        .map((name) => name.replace(/^\.\//, ''))
        .flatMap((name) => toSources(name).find((path) => all.has(path)) ?? []),
    ),
  ]
}

/** `node --import x src/app.ts` starts src/app.ts. */
function startedModule(script: string | undefined): string | undefined {
  return script
    ?.split(/\s+/)
    .findLast((word) => /^[\w./-]+\.[cm]?[jt]s$/.test(word) && !word.startsWith('-'))
}

function toSources(name: string): readonly string[] {
  const typed = name.replace(/\.([cm]?)js$/, '.$1ts')
  if (!BUILT.test(name)) return [name, typed]
  const moved = typed.replace(BUILT, 'src/')
  return [moved, moved.replace(/^src\/src\//, 'src/'), typed.replace(BUILT, ''), name]
}
