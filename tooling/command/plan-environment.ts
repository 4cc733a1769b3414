import type { Description } from '../../src/convention/description.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { readDescription } from '../parse/description.ts'
import { type NamedEnvironment, toNamedEnvironment } from '../parse/environment.ts'
import type { PlaceSettings } from '../parse/environment-settings.ts'
import { readCommit } from '../parse/git.ts'
import { type OverrideFile, readOverrides, toOverrides } from '../parse/overrides.ts'
import { type Project, readProject } from '../parse/project.ts'
import type { Manifest } from '../plan/manifests/manifest.ts'
import { toReleaseJob } from '../plan/manifests/release-job.ts'
import { type ObjectInput, planObjects } from '../plan/plan-objects.ts'

/** What is planned, and for where. */
export interface EnvironmentRequest {
  /** As it was typed: `prod`. */
  readonly environment: string
  /** The image's reference; by the registry and the revision when absent. */
  readonly image?: string
  /** A commit; HEAD when absent. */
  readonly revision?: string
  /** What the image declares; the working directory's declaration when absent. */
  readonly description?: Description
  /** Its files of `kube/`; those of the working directory when absent. */
  readonly overrides?: readonly OverrideFile[]
  /** When it is known already. */
  readonly project?: Project
  /** What was seen in the cluster. */
  readonly seen?: SeenInCluster
}

/** What a cluster says that manifests depend on. */
export interface SeenInCluster {
  readonly hasPodMonitor: boolean
  /** A hash of what the app's Secret holds. */
  readonly secretHash?: string
}

/** The objects of an app in an environment, and what they were planned from. */
export interface EnvironmentPlan {
  readonly project: Project
  readonly description: Description
  readonly environment: NamedEnvironment
  readonly revision: string
  readonly image: string
  readonly manifests: readonly Manifest[]
  /** The Job of the declared release command. */
  readonly release?: Manifest
}

/**
 * Plans the objects of the app that `cwd` lies in, as its working directory declares them. Changes
 * nothing and asks no cluster.
 *
 * Rejects with SERVICEX_OVERRIDE_INVALID, which lists everything that is wrong in `kube/`, and with what
 * reading the project, its commit and its declaration rejects with.
 */
export async function planEnvironment(
  cwd: string,
  request: EnvironmentRequest,
): Promise<EnvironmentPlan> {
  const project = request.project ?? (await readProject(cwd))
  const environment = toNamedEnvironment(request.environment, project.settings)
  const [description, { overrides, problems: unread }, revision] = await Promise.all([
    request.description ?? readDescription(project.root, { packageName: project.name }),
    request.overrides === undefined
      ? readOverrides(project.root, environment.name)
      : toOverrides(request.overrides, environment.name),
    readRevision(project.root, request),
  ])
  const image = request.image ?? toReference(project.settings.registry, description.name, revision)
  const input: ObjectInput = {
    description,
    environment: environment.name,
    revision,
    image,
    settings: toSettings(environment, request.seen),
    ...(request.seen?.secretHash === undefined ? {} : { secretHash: request.seen.secretHash }),
  }
  const { manifests, problems, variables } = planObjects(input, overrides)
  assertUsable([...unread, ...problems])
  const release = toReleaseJob({ ...input, variables })
  const plan = { project, description, environment, revision, image, manifests }
  return release === undefined ? plan : { ...plan, release }
}

function toSettings(
  { settings = {} }: { readonly settings?: PlaceSettings },
  seen: SeenInCluster | undefined,
): PlaceSettings {
  if (seen === undefined) return settings
  return { ...settings, monitoring: { ...settings.monitoring, podMonitor: seen.hasPodMonitor } }
}

/** An image that is given with a word for its revision needs no repository. */
async function readRevision(
  root: string,
  { image, revision }: EnvironmentRequest,
): Promise<string> {
  if (image !== undefined && revision !== undefined) return revision
  return (await readCommit(root, revision)).revision
}

function toReference(registry: string | undefined, app: string, revision: string): string {
  return `${registry === undefined ? '' : `${registry}/`}${app}:${revision}`
}

function assertUsable(problems: readonly string[]): void {
  if (problems.length === 0) return
  throw new ServicexError('SERVICEX_OVERRIDE_INVALID', {
    summary: `kube/ has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
    details: problems,
    fix: 'correct these places; `kube generate` shows what comes out',
  })
}
