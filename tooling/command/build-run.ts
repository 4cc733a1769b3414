import { buildImage, type BuiltImage } from '../apply/image/build-image.ts'
import { deliverImage } from '../apply/image/deliver-image.ts'
import type { PushedBlob } from '../apply/registry/push-image.ts'
import type { RegistryClient } from '../apply/registry/registry-client.ts'
import {
  type ImageReference,
  toImageReference,
  toReferenceText,
  withVersion,
} from '../parse/image-reference.ts'
import { toImageName } from '../plan/image/image-place.ts'
import type { Digest } from '../plan/image/oci.ts'
import type { BuildReport } from '../report/build-report.ts'
import { type ImagePlan, toImagePlan } from '../report/image-plan.ts'
import type { Progress } from '../report/progress.ts'
import type { BuildTask } from './build-task.ts'

/** What a build works with. */
export interface BuildRun {
  readonly task: BuildTask
  readonly client: RegistryClient
  readonly progress: Progress
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
    if (present !== undefined) return toPresent(task, target, present.digest)
  }
  progress.phase(`build ${toReferenceText(target)}`)
  const built = await build(run, false)
  // The declaration may name the service otherwise than could be seen without running it.
  const named = toTarget(task, built.made.description.name)
  const warnings = warnUnpinned(run)
  progress.phase('deliver')
  const { image } = built
  const tell = (line: string): void => progress.step(line)
  const { blobs } = await deliverImage({
    image,
    target: named,
    delivery: task.delivery,
    client,
    tell,
  })
  const { digest } = image.root.descriptor
  return { ...toDelivered(task, { target: named, digest, blobs, built }), warnings }
}

async function planOnly(run: BuildRun): Promise<BuildOutcome> {
  const { task, progress } = run
  progress.phase('plan')
  const built = await build(run, true)
  const plan = toImagePlan(built)
  return {
    outcome: 'planned',
    image: toName(task, built.made.description.name),
    revision: task.revision,
    plan,
    warnings: [...warnUnpinned(run), ...warn(run, plan)],
  }
}

function build({ task, client, progress }: BuildRun, isOffline: boolean): Promise<BuiltImage> {
  const { project, commit, revision, platforms, cacheFolder, base } = task
  return buildImage(
    {
      project,
      commit,
      revision,
      platforms,
      cacheFolder,
      base: base.reference,
      baseName: base.name,
      isOffline,
      tell: (line) => progress.step(line),
    },
    client,
  )
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

interface Delivered {
  readonly target: ImageReference
  readonly digest: Digest
  readonly blobs: readonly PushedBlob[] | undefined
  readonly built: BuiltImage
}

function toDelivered(
  task: BuildTask,
  { target, digest, blobs = [], built }: Delivered,
): BuildOutcome {
  const { delivery } = task
  const outcome = delivery.isPushed ? 'pushed' : delivery.isLoaded ? 'loaded' : 'written'
  const uploaded = blobs.filter(({ outcome }) => ['uploaded', 'copied'].includes(outcome))
  return {
    ...toPresent(task, target, digest),
    outcome,
    blobs: Object.fromEntries(
      [...Map.groupBy(blobs, (blob) => blob.outcome)].map(([name, each]) => [name, each.length]),
    ),
    uploadedBytes: uploaded.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
    plan: toImagePlan(built),
  }
}

function warn({ progress }: BuildRun, plan: ImagePlan): readonly string[] {
  const secrets = new Set(
    plan.platforms.flatMap(({ layers }) =>
      layers
        .filter(({ name }) => name !== 'dependencies')
        .flatMap(({ leftOut = [] }) => leftOut.flatMap(({ paths = [] }) => paths)),
    ),
  )
  const warnings = [...secrets].map((path) => `left out ${path}: it may hold a secret`)
  for (const warning of warnings) progress.warn(warning)
  return warnings
}

/** What an unpinned tag names tomorrow is another image: the same commit would build to another digest. */
function warnUnpinned({ task, progress }: BuildRun): readonly string[] {
  if (task.base.reference.digest !== undefined) return []
  const warning = `the base ${task.base.name} is not pinned: run kube build --update-base, and commit servicex.lock`
  progress.warn(warning)
  return [warning]
}
