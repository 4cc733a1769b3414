import type { Description } from '../../../src/convention/description.ts'
import type { Manifest } from '../manifests/manifest.ts'

/** What a scaffold is made from. */
export interface ScaffoldInput {
  readonly description: Description
  /** The process or the object it is about; each scaffold has a default of its own. */
  readonly name?: string
  readonly options: ScaffoldOptions
}

/** What may be said of a scaffold; each takes what it knows. */
export interface ScaffoldOptions {
  readonly min?: number
  readonly max?: number
  readonly cpu?: number
  readonly schedule?: string
  readonly host?: string
  /** The module to run. */
  readonly entrypoint?: string
}

/** A small file for `kube/`, to be changed by hand from then on. */
export interface Scaffold {
  /** The file's name, without its folder. */
  readonly file: string
  /** What stands above the objects, a line each: what it is for, and what to change. */
  readonly comment: readonly string[]
  readonly manifests: readonly Manifest[]
}

/** One kind of scaffold: what `--help` says of it, and how it is made. */
export interface ScaffoldKind {
  readonly name: string
  readonly summary: string
  readonly plan: (input: ScaffoldInput) => Scaffold
}
