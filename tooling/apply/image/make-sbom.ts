import { type Lockfile, readLockfile } from '../../parse/lockfile.ts'
import { readToolVersion } from '../../parse/tool-version.ts'
import { toTimeText } from '../../plan/image/labels.ts'
import { toArchitectureWords } from '../../plan/image/target-platform.ts'
import { CYCLONEDX_TYPE, toCycloneDx } from '../../plan/sbom/cyclonedx.ts'
import type { LockedTree } from '../../plan/sbom/locked-package.ts'
import { toNpmTree } from '../../plan/sbom/npm-lock.ts'
import { toPnpmTree } from '../../plan/sbom/pnpm-lock.ts'
import { readYarnClassic, toYarnTree } from '../../plan/sbom/yarn-lock.ts'
import { type Artifact, toArtifact } from '../registry/artifact.ts'
import type { BuiltImage } from './build-image.ts'
import { toSbomBytes } from './rebase-documents.ts'

/**
 * Gives the bill of materials of an image that was built, from its lockfile, as an artifact to push
 * with it. The same commit gives the same bytes. `undefined`, told of, when the lockfile says too little.
 */
export async function makeSbom(
  { job, made, base, image }: BuiltImage,
  revision: string,
): Promise<Artifact | undefined> {
  const { lockfile, packageManager } = job.project
  const lock = lockfile === undefined ? undefined : await readLockfile(lockfile, packageManager)
  const tree = readTree(job, lock)
  if (tree === undefined) {
    job.tell(`made no SBOM: ${lockfile} is of a version that says too little`)
    return undefined
  }
  const created = toTimeText(job.committedAtSeconds)
  const [first] = base?.images ?? []
  const sbom = toCycloneDx(
    {
      name: made.description.name,
      revision,
      created,
      toolVersion: readToolVersion(),
      ...(base?.origin === undefined || first === undefined
        ? {}
        : { base: { name: base.origin.name, digest: first.root.digest } }),
    },
    tree,
    job.targets.map(({ platform, libc }) => ({
      os: platform.os,
      cpu: toArchitectureWords(platform).cpu,
      libc,
    })),
  )
  return toArtifact({
    type: CYCLONEDX_TYPE,
    bytes: toSbomBytes(sbom),
    title: 'sbom.cdx.json',
    created,
    subject: image.root.descriptor,
  })
}

function readTree(
  { layout }: BuiltImage['job'],
  lock: Lockfile | undefined,
): LockedTree | undefined {
  // Without a lockfile there are no dependencies.
  if (lock === undefined) return { roots: [], packages: new Map() }
  const parts = [layout.app, ...layout.used]
  const folders = parts.map(({ folder }) => folder)
  if (lock.manager === 'yarn') {
    const record = 'text' in lock ? readYarnClassic(lock.text) : lock.record
    return toYarnTree(
      record,
      parts.map(({ packageJson }) => packageJson),
    )
  }
  return lock.manager === 'npm' ? toNpmTree(lock.record, folders) : toPnpmTree(lock.record, folders)
}
