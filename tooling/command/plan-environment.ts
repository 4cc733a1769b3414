import type { Description } from '../../src/convention/description.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { readDescription } from '../parse/description.ts'
import { type NamedEnvironment, toNamedEnvironment } from '../parse/environment.ts'
import { readCommit } from '../parse/git.ts'
import { readOverrides } from '../parse/overrides.ts'
import { readProject } from '../parse/project.ts'
import type { Manifest } from '../plan/manifests/manifest.ts'
import { planObjects } from '../plan/plan-objects.ts'

/** What is planned, and for where. */
export interface EnvironmentRequest {
  /** As it was typed: `prod`. */
  readonly environment: string
  /** The image's reference; by the registry and the revision when absent. */
  readonly image?: string
  /** A commit; HEAD when absent. */
  readonly revision?: string
}

/** The objects of an app in an environment, and what they were planned from. */
export interface EnvironmentPlan {
  readonly description: Description
  readonly environment: NamedEnvironment
  readonly revision: string
  readonly image: string
  readonly manifests: readonly Manifest[]
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
  const project = await readProject(cwd)
  const environment = toNamedEnvironment(request.environment, project.settings)
  const [description, { overrides, problems: unread }, revision] = await Promise.all([
    readDescription(project.root, { packageName: project.name }),
    readOverrides(project.root, environment.name),
    readRevision(project.root, request),
  ])
  const image = request.image ?? toReference(project.settings.registry, description.name, revision)
  const { manifests, problems } = planObjects(
    {
      description,
      environment: environment.name,
      revision,
      image,
      settings: environment.settings ?? {},
    },
    overrides,
  )
  assertUsable([...unread, ...problems])
  return { description, environment, revision, image, manifests }
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
