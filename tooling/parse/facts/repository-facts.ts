import type { Description } from '../../../src/convention/description.ts'
import type { PackageJson } from '../project.ts'
import type { Settings } from '../settings.ts'
import type { SourceFile } from './source-file.ts'

/** A file of the repository, whole. Its path is relative to the top of the service, with `/`. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

/** One Kubernetes object that a file of `kube/` adds or changes. */
export interface ManifestObject {
  /** The file it stands in. */
  readonly path: string
  readonly object: Readonly<Record<string, unknown>>
}

/** The base image as servicex.lock pins it. */
export interface PinnedBase {
  readonly reference: string
  readonly digest: string
  /** Seconds since 1970. */
  readonly pinnedAtSeconds: number
}

/** What the rules look at: one record, read once, the same for every rule. */
export interface RepositoryFacts {
  /** The app's name. */
  readonly name: string
  readonly packageJson: PackageJson
  readonly settings: Settings
  /** Of `service.ts`; absent where there is none. */
  readonly description?: Description
  /** The path of the lockfile, absent when nothing is locked. */
  readonly lockfile?: string
  /** Every file that git tracks, and those it would if they were added. */
  readonly paths: readonly string[]
  /** The app's modules: what is under `src/`, and the entrypoints. Tests are left out. */
  readonly sources: readonly SourceFile[]
  /** The modules that processes start with. */
  readonly entrypoints: readonly string[]
  /** What configures a CI system. */
  readonly pipelines: readonly TextFile[]
  readonly dockerfiles: readonly TextFile[]
  readonly manifests: readonly ManifestObject[]
  /** Small text files where a secret is left by accident: `.env*`, `.npmrc`. */
  readonly dotfiles: readonly TextFile[]
  readonly pinnedBase?: PinnedBase
  /** The clock's, seconds since 1970. */
  readonly nowSeconds: number
  /** The version of the tool that looks. */
  readonly toolVersion: string
}
