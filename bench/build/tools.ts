import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildRig } from './rig.ts'

/** One way of making an image: each has a clone of the service's repository. */
export interface BuildTool {
  readonly title: string
  /** The folder of its clone. */
  readonly folder: string
  /** Its image, without a tag. */
  readonly image: string
  /** What is run, by a shell: it stands in a CI pipeline like this. */
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  /** Forgets all that earlier builds left on this machine; what npm downloaded stays, for all alike. */
  readonly forget: () => void
}

const root = join(import.meta.dirname, '../..')

/** Gives the tools that are compared. */
export function toTools(rig: BuildRig): readonly BuildTool[] {
  return [kube(rig), buildah(rig), containerify(rig)]
}

function kube(rig: BuildRig): BuildTool {
  const cache = join(rig.scratch, 'kube-cache')
  return {
    title: 'kube build',
    folder: rig.clone('kube'),
    image: `${rig.host}/kube/${rig.subject.name}`,
    script: `"$NODE" ${join(root, 'dist/kube.js')} build`,
    env: { XDG_CACHE_HOME: cache },
    forget: () => rmSync(cache, { recursive: true, force: true }),
  }
}

/** Layers are kept between builds, and npm's downloads by a cache mount: as its guides say. */
function buildah(rig: BuildRig): BuildTool {
  const storage = join(rig.scratch, 'buildah-storage')
  const image = `${rig.host}/buildah/${rig.subject.name}`
  return {
    title: 'buildah, multi-stage Dockerfile',
    folder: rig.clone('buildah'),
    image,
    script: `tag=${image}:$(git rev-parse HEAD)
      buildah build --quiet --layers --tag "$tag" --volume ${rig.npmCache}:/npm-cache . >/dev/null &&
      buildah push --quiet "$tag"`,
    env: {
      BUILDAH_ISOLATION: 'chroot',
      CONTAINERS_STORAGE_CONF: rig.writeStorage(storage),
      CONTAINERS_REGISTRIES_CONF: rig.registries,
    },
    forget: () => {
      rmSync(storage, { recursive: true, force: true })
      mkdirSync(storage, { recursive: true })
    },
  }
}

/** It packs the node_modules that are there: installing them is part of the work, once. */
function containerify(rig: BuildRig): BuildTool {
  const folder = rig.clone('containerify')
  const image = `${rig.host}/containerify/${rig.subject.name}`
  const program = join(root, 'bench/peers/node_modules/.bin/containerify')
  const layers = join(rig.scratch, 'containerify-layers')
  return {
    title: 'npm ci, containerify',
    folder,
    image,
    script: `[ -d node_modules ] || npm ci --omit=dev --ignore-scripts --prefer-offline --silent
      "$NODE" ${program} --registry http://${rig.host}/v2/ --fromImage base/node:24-slim \\
        --toImage containerify/${rig.subject.name}:$(git rev-parse HEAD) --folder "$PWD" --doCrossMount \\
        --allowInsecureRegistries --allowNoPushAuth --layerCacheFolder ${layers} \\
        --setTimeStamp 2026-01-01T00:00:00Z >/dev/null`,
    env: {},
    forget: () => {
      for (const each of [join(folder, 'node_modules'), layers])
        rmSync(each, { recursive: true, force: true })
      mkdirSync(layers, { recursive: true })
    },
  }
}
