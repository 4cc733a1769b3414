import type { Project } from '../../parse/project.ts'
import type { Selection } from '../../plan/image/select-entries.ts'
import type { TargetPlatform } from '../../plan/image/target-platform.ts'
import type { LayerCache } from './layer-cache.ts'
import type { Source } from './open-source.ts'
import type { Layout } from './read-layout.ts'

/** What every step of a build reads. */
export interface ImageJob {
  readonly project: Project
  readonly source: Source
  readonly layout: Layout
  readonly cache: LayerCache
  readonly cacheFolder: string
  readonly targets: readonly [TargetPlatform, ...TargetPlatform[]]
  readonly selection: Selection
  readonly allowedScripts: readonly string[]
  readonly committedAtSeconds: number
  /** Nothing may be fetched. */
  readonly isOffline: boolean
  /** Says what is being done. */
  readonly tell: (line: string) => void
}
