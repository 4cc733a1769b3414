import { ServicexError } from '../../src/convention/servicex-error.ts'
import { buildDockerfile } from '../apply/image/build-dockerfile.ts'
import { buildImage, type BuildRequest, readUnmadeImage } from '../apply/image/build-image.ts'
import { deliverImage, type DeliveryRequest } from '../apply/image/deliver-image.ts'
import { makeSbom } from '../apply/image/make-sbom.ts'
import type { RegistryClient } from '../apply/registry/registry-client.ts'
import { type Signed, type Signer, toSignedText } from '../apply/sigstore/open-signer.ts'
import {
  type ImageReference,
  toImageReference,
  toReferenceText,
  withVersion,
} from '../parse/image-reference.ts'
import { toImageName } from '../plan/image/image-place.ts'
import { toIndex } from '../plan/image/oci-json.ts'
import { type Descriptor, type Digest, isIndexType, toPlatformText } from '../plan/image/oci.ts'
import { pickPlatform } from '../plan/image/platform.ts'
import type { BuildReport } from '../report/build-report.ts'
import { type ImagePlan, toImagePlan, toUnmadePlan } from '../report/image-plan.ts'
import type { Progress } from '../report/progress.ts'
import type { BuildTask } from './build-task.ts'
import { type BuiltCommit, judgeBuilt } from './judge-built.ts'

/** What a build works with. */
export interface BuildRun {
  readonly task: BuildTask
  readonly client: RegistryClient
  readonly progress: Progress
  /** What the image is signed with. */
  readonly signer?: Signer
}

/** A report before it is known how long it took. */
export type BuildOutcome = Omit<BuildReport, 'durationMs'>

/** Builds and delivers an image; does nothing more than look when it is in the registry already. */
export async function runBuild(run: BuildRun): Promise<BuildOutcome> {
  const { task, client, progress } = run
  if (task.isDryRun) return planOnly(run)
  const target = toTarget(task, task.name)
  if (isPushOnly(task)) {
    const present = await client.resolve(target)
    if (present !== undefined) {
      await assertPlatforms(run, target, present)
      const signed = await signBuilt(run, { ...target, digest: present.digest })
      return { ...toPresent(task, target, present.digest), ...(signed && { signed }) }
    }
  }
  progress.phase(`build ${toReferenceText(target)}`)
  const made = await make(run, false)
  try {
    return await deliver(run, made)
  } finally {
    await made.close()
  }
}

/** An image for some of the platforms is not what was asked for, and its tag does not move. */
async function assertPlatforms(
  { task, client }: BuildRun,
  target: ImageReference,
  { digest, mediaType }: Descriptor,
): Promise<void> {
  if (!isIndexType(mediaType) && task.platforms.length === 1) return
  const { json: value } = await client.readManifest(withVersion(target, { digest }))
  const where = toReferenceText(target)
  const manifests = isIndexType(mediaType) ? toIndex({ where, value }).manifests : []
  const absent = task.platforms.filter((wanted) => pickPlatform(manifests, wanted) === undefined)
  if (absent.length === 0) return
  throw new ServicexError('SERVICEX_IMAGE_TAG_TAKEN', {
    summary: `${where} is there, and not for ${absent.map(toPlatformText).join(', ')}`,
    fix: 'commit a change and build for all platforms at once; image.platforms of the settings says which',
  })
}

/** An image of either kind, and what there is to say of it. */
interface Made extends BuiltCommit {
  readonly image: DeliveryRequest['image']
  /** Of the declaration: it may name the service otherwise than could be seen without running it. */
  readonly name: string
  /** Absent for a Dockerfile, which alone knows what its layers are. */
  readonly plan?: ImagePlan
  readonly secrets: readonly string[]
  readonly close: () => Promise<void>
}

async function make(run: BuildRun, isOffline: boolean): Promise<Made> {
  const { task, client } = run
  const request = toRequest(run, isOffline)
  if (task.dockerfile !== undefined) {
    const { leftOut, ...made } = await buildDockerfile(request, task.dockerfile)
    const secrets = leftOut.filter(({ reason }) => reason === 'secret').map(({ path }) => path)
    return { ...made, secrets }
  }
  const built = await buildImage(request, client)
  const plan = toImagePlan(built)
  const { name } = built.made.description
  const sbom = isOffline ? undefined : await makeSbom(built, task.revision)
  return {
    image: { ...built.image, artifacts: sbom === undefined ? [] : [sbom] },
    name,
    plan,
    description: built.made.description,
    record: built.made.record,
    secrets: toSecrets(plan),
    close: () => Promise.resolve(),
  }
}

async function deliver(run: BuildRun, made: Made): Promise<BuildOutcome> {
  const { task, client, progress } = run
  const { plan } = made
  const target = toTarget(task, made.name)
  const warnings = [...warn(run, made), ...judgeBuilt(task, made, progress)]
  progress.phase('deliver')
  const tell = (line: string): void => progress.step(line)
  const { delivery } = task
  const { digest } = made.image.root.descriptor
  let signed: Signed | undefined
  // Whoever sees the tag is to see the signature.
  const beforeTag = async (): Promise<void> => {
    signed = await signBuilt(run, { ...target, digest })
  }
  const image = { ...made.image, ...(run.signer === undefined ? {} : { beforeTag }) }
  const { blobs = [] } = await deliverImage({ image, target, delivery, client, tell })
  const uploaded = blobs.filter(({ outcome }) => ['uploaded', 'copied'].includes(outcome))
  return {
    ...toPresent(task, target, digest),
    outcome: delivery.isPushed ? 'pushed' : delivery.isLoaded ? 'loaded' : 'written',
    blobs: Object.fromEntries(
      [...Map.groupBy(blobs, ({ outcome }) => outcome)].map(([name, each]) => [name, each.length]),
    ),
    uploadedBytes: uploaded.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
    warnings,
    ...(signed && { signed }),
    ...(plan === undefined ? {} : { plan }),
  }
}

async function planOnly(run: BuildRun): Promise<BuildOutcome> {
  const { task, progress } = run
  const { name, revision, dockerfile } = task
  if (dockerfile !== undefined)
    return { outcome: 'planned', image: toName(task, name), revision, dockerfile, warnings: [] }
  progress.phase('plan')
  try {
    const made = await make(run, true)
    const image = toName(task, made.name)
    const { plan } = made
    const warnings = [...warn(run, made), ...judgeBuilt(task, made, progress)]
    return { outcome: 'planned', image, revision, warnings, ...(plan && { plan }) }
  } catch (error) {
    if (!ServicexError.is(error) || error.code !== 'SERVICEX_INSTALL_FAILED') throw error
    const plan = toUnmadePlan(await readUnmadeImage(toRequest(run, true)))
    const warnings = warn(run, { secrets: toSecrets(plan) })
    return { outcome: 'planned', image: toName(task, name), revision, plan, warnings }
  }
}

function toRequest({ task, progress }: BuildRun, isOffline: boolean): BuildRequest {
  const { base, ...rest } = task
  const tell = (line: string): void => progress.step(line)
  return { ...rest, base: base.reference, baseName: base.name, isOffline, tell }
}

function isPushOnly({ delivery }: BuildTask): boolean {
  return delivery.isPushed && !delivery.isLoaded && delivery.output === undefined
}

/** Without a registry an image can still be written or loaded, under the app's plain name. */
function toName({ project, revision, delivery, isDryRun }: BuildTask, name: string): string {
  const isLocal = project.settings.registry === undefined && (!delivery.isPushed || isDryRun)
  return isLocal ? `localhost/${name}:${revision}` : toImageName(project.settings, name, revision)
}

function toTarget(task: BuildTask, name: string): ImageReference & { readonly tag: string } {
  return { ...toImageReference(toName(task, name)), tag: task.revision }
}

function toPresent(task: BuildTask, target: ImageReference, digest: Digest): BuildOutcome {
  return {
    outcome: 'present',
    image: toReferenceText(target),
    revision: task.revision,
    reference: toReferenceText(withVersion(target, { tag: task.revision, digest })),
    digest,
    warnings: [],
  }
}

/** What was left out of the app for what it may hold; packages bring keys for their own tests. */
function toSecrets({ platforms }: ImagePlan): readonly string[] {
  const paths = platforms.flatMap(({ layers }) =>
    layers
      .filter(({ name }) => name !== 'dependencies')
      .flatMap(({ leftOut = [] }) => leftOut.flatMap(({ paths = [] }) => paths)),
  )
  return [...new Set(paths)]
}

function warn({ task, progress }: BuildRun, { secrets }: Pick<Made, 'secrets'>): readonly string[] {
  const { base, dockerfile } = task
  const isPinned = dockerfile !== undefined || base.reference.digest !== undefined
  const unpinned = `the base ${base.name} is not pinned: run kube build --update-base, and commit servicex.lock`
  const warnings = [
    ...(isPinned ? [] : [unpinned]),
    ...secrets.map((path) => `left out ${path}: it may hold a secret`),
  ]
  for (const warning of warnings) progress.warn(warning)
  return warnings
}

/** Signs an image that is in the registry, if it is to be. */
async function signBuilt(
  { signer, client, progress }: BuildRun,
  image: ImageReference & { readonly digest: Digest },
): Promise<Signed | undefined> {
  const signed = await signer?.(client, image)
  const name = toReferenceText(withVersion(image, { digest: image.digest }))
  if (signed !== undefined) progress.step(toSignedText(signed, name))
  return signed
}
