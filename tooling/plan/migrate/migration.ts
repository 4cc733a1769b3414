import type { EditPlaces } from '../../parse/facts/edit-places.ts'
import type { TextFile } from '../../parse/facts/repository-facts.ts'
import type { PackageJson } from '../../parse/project.ts'

/** One file that a migration writes. */
export interface FileChange {
  readonly path: string
  /** Absent where the file is new. */
  readonly before?: string
  readonly after: string
}

/** What a migration would do. */
export interface Migration {
  readonly changes: readonly FileChange[]
  /** What was done, in the past tense, one line each. */
  readonly done: readonly string[]
  /** What a person has to look at. */
  readonly left: readonly string[]
}

/** A module of the app, with the places where it may be changed. */
export interface ModuleFacts extends TextFile {
  readonly places: EditPlaces
}

/** What a migration is planned from. */
export interface MigrationFacts {
  readonly name: string
  readonly packageJson: PackageJson
  /** The text of package.json: its indentation stays. */
  readonly packageText: string
  readonly modules: readonly ModuleFacts[]
  /** Modules that could not be parsed. */
  readonly unread: readonly string[]
  readonly entrypoints: readonly string[]
  readonly hasDeclaration: boolean
  readonly hasPipeline: boolean
  readonly hasDockerfile: boolean
  /** What package.json is to ask of servicex. */
  readonly servicexRange: string
  readonly zodRange: string
  readonly toolVersion: string
}
