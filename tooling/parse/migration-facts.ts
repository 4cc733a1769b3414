import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EditPlaces, readEditPlaces } from './facts/edit-places.ts'
import { readFacts } from './facts/read-facts.ts'
import type { RepositoryFacts, TextFile } from './facts/repository-facts.ts'
import type { Project } from './project.ts'

/** What a migration is planned from. */
export interface MigrationSources {
  readonly facts: RepositoryFacts
  /** The text of package.json: its indentation stays. */
  readonly packageText: string
  readonly modules: readonly (TextFile & { readonly places: EditPlaces })[]
  /** The paths of modules that could not be parsed. */
  readonly unread: readonly string[]
}

/** Reads the modules of an app with the places where they may be changed. Changes nothing. */
export async function readMigrationSources(
  project: Project,
  nowSeconds: number,
): Promise<MigrationSources> {
  const facts = await readFacts(project, { nowSeconds })
  const modules = await Promise.all(
    facts.sources.map(async ({ path }) => {
      const text = await readFile(join(project.root, path), 'utf8')
      try {
        return [{ path, text, places: readEditPlaces(path, text) }]
      } catch {
        return []
      }
    }),
  )
  const read = modules.flat()
  return {
    facts,
    packageText: await readFile(join(project.root, 'package.json'), 'utf8'),
    modules: read,
    unread: facts.sources
      .map(({ path }) => path)
      .filter((path) => !read.some((module) => module.path === path)),
  }
}
