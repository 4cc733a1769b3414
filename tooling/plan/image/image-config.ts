import { IMAGE_ROOT } from '../../../src/convention/image.ts'
import { ENV } from '../../../src/convention/env-names.ts'
import { ADMIN_PORT, APP_PORT } from '../../../src/convention/ports.ts'
import { joinPath } from './entry.ts'
import { toTimeText } from './labels.ts'
import type { ContainerConfig, Digest, HistoryEntry, ImageConfig, Platform } from './oci.ts'

/** Who runs the app when the base image names nobody but root; Debian's and Alpine's node images call it `node`. */
const USER = '1000:1000'

/** The PATH of a base image that sets none. Source: what runc and Docker put in its place. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** One of our layers, as the configuration names it. */
export interface ConfiguredLayer {
  readonly diffId: Digest
  /** For `docker history`. */
  readonly createdBy: string
}

/** What an image's configuration is made of. */
export interface ConfigParts {
  /** Absent for an image that only this machine's dry run looks at. */
  readonly base?: ImageConfig
  readonly platform: Platform
  readonly layers: readonly ConfiguredLayer[]
  readonly revision: string
  readonly committedAtSeconds: number
  readonly labels: Readonly<Record<string, string>>
  /** How a Node app is started; absent where the base says it: it is what a Dockerfile made. */
  readonly start?: NodeStart
}

/** How a Node app is started. */
export interface NodeStart {
  /** The app's folder below the top one. */
  readonly appFolder: string
  /** Relative to the app's folder. */
  readonly main: string
  /** Whether the app has servicex among its dependencies. */
  readonly hasRuntime: boolean
}

/** Gives the configuration of an image: how it runs, and what it is made of. The same parts give the same. */
export function toImageConfig(parts: ConfigParts): ImageConfig {
  const { base, platform, layers, committedAtSeconds } = parts
  const created = toTimeText(committedAtSeconds)
  const history = layers.map(({ createdBy }) => ({
    created,
    created_by: createdBy,
    comment: 'kube',
  }))
  const diffIds = [...(base?.rootfs.diff_ids ?? []), ...layers.map(({ diffId }) => diffId)]
  return {
    created,
    ...platform,
    config: toContainerConfig(parts),
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: [...toBaseHistory(base), ...history],
  }
}

function toContainerConfig({ base, start, revision, labels }: ConfigParts): ContainerConfig {
  const { config: ofBase = {} } = base ?? {}
  const Labels = { ...ofBase.Labels, ...labels }
  const variables = { [ENV.revision]: revision }
  if (start === undefined) return { ...ofBase, Env: toEnv(ofBase.Env ?? [], variables), Labels }
  const { Entrypoint, Cmd: _ofBase, ...kept } = ofBase
  return {
    ...kept,
    User: toUser(ofBase.User),
    ExposedPorts: { ...ofBase.ExposedPorts, [`${APP_PORT}/tcp`]: {}, [`${ADMIN_PORT}/tcp`]: {} },
    Env: toEnv(ofBase.Env ?? [], {
      [ENV.nodeEnv]: 'production',
      [ENV.port]: String(APP_PORT),
      ...variables,
    }),
    Cmd: toCommand(start, Entrypoint),
    WorkingDir: joinPath(IMAGE_ROOT, start.appFolder),
    Labels,
  }
}

/** Keeps a numeric user of the base: only a number proves to Kubernetes that it is not root. */
function toUser(user: string | undefined): string {
  return user !== undefined && /^[1-9]\d*(?::\d+)?$/.test(user) ? user : USER
}

function toEnv(base: readonly string[], ours: Readonly<Record<string, string>>): string[] {
  const kept = base.filter((line) => !Object.hasOwn(ours, line.split('=')[0] ?? ''))
  const path = kept.some((line) => line.startsWith('PATH=')) ? [] : [`PATH=${PATH}`]
  return [...path, ...kept, ...Object.entries(ours).map(([name, value]) => `${name}=${value}`)]
}

/** Node is the first process: it gets SIGTERM, and no shell or npm stands between. */
function toCommand({ hasRuntime, main }: NodeStart, entrypoint?: readonly string[]): string[] {
  const ofBase = entrypoint?.length === 1 ? entrypoint[0] : undefined
  const node = ofBase?.endsWith('/node') ? ofBase : 'node'
  return [node, ...(hasRuntime ? ['--import', 'servicex/register'] : []), main]
}

/** A history that does not count the base's layers would make readers misname ours. */
function toBaseHistory(base: ImageConfig | undefined): readonly HistoryEntry[] {
  const layers = base?.rootfs.diff_ids.length ?? 0
  const history = base?.history ?? []
  const counted = history.filter((entry) => entry.empty_layer !== true).length
  if (counted === layers) return history
  return Array.from({ length: layers }, () => ({ created_by: 'base image' }))
}
