import { ServicexError } from '../../src/convention/servicex-error.ts'
import { isApiError } from '../apply/cluster/api-error.ts'
import { hasKind } from '../apply/cluster/resource-path.ts'
import type { DeployPlan } from '../apply/deploy/deploy-context.ts'
import type { PreflightInput } from '../apply/deploy/preflight.ts'
import { type ImageFacts, readImage } from '../apply/deploy/read-image.ts'
import { toRecordMaps, withRecords } from '../apply/deploy/record-maps.ts'
import { readSecretHash } from '../apply/deploy/secret-hash.ts'
import { openProjectClient } from '../apply/registry/open-project-client.ts'
import { readAppName, readDeclaredName } from '../parse/app-name.ts'
import { readRevision } from '../parse/git.ts'
import { toImageReference } from '../parse/image-reference.ts'
import type { Project } from '../parse/project.ts'
import { VERDICTS } from '../plan/rollout/verdict-code.ts'
import type { Host } from '../report/terminal.ts'
import { readDeploySource } from './deploy-source.ts'
import type { Target } from './open-target.ts'
import { planEnvironment } from './plan-environment.ts'

/** What is to be deployed, as it was typed. */
export interface DeployRequest {
  readonly target: Target
  /** That of the image when absent, else HEAD. */
  readonly revision?: string
  readonly image?: string
}

/** A deploy that is planned and not yet checked. */
export interface PreparedDeploy extends PreflightInput {
  readonly plan: DeployPlan
  /** What does not come from the image, and so may be of another commit. */
  readonly warnings: readonly string[]
}

const FULL_REVISION = /^[0-9a-f]{40}$/

/**
 * Reads the image of a revision from its registry, and plans its objects as the image declares them.
 * Rejects with SERVICEX_IMAGE_NOT_FOUND, SERVICEX_DECLARATION_MISSING, SERVICEX_GIT, and what planning
 * rejects with; changes nothing.
 */
export async function prepareDeploy(
  host: Host,
  { target, revision: ref, image: named }: DeployRequest,
): Promise<PreparedDeploy> {
  const { project, environment, client } = target
  const wanted =
    ref === undefined && named !== undefined ? undefined : await toRevision(project, ref)
  const image = await (named === undefined
    ? readBuiltImage(host, project, wanted)
    : readImageOf(host, project, named))
  const revision = wanted ?? image.revision ?? (await toRevision(project, ref))
  assertRevision(image, revision)
  const { description, record, warnings } = await readDeploySource(project, image)
  const unread: string[] = []
  const [hasPodMonitor, secretHash] = await Promise.all([
    hasKind(client, 'monitoring.coreos.com/v1', 'PodMonitor'),
    readSecretHash(client, description.name).catch((error: unknown) => {
      // The pre-flight of a deploy has it among its findings.
      if (!isApiError(error, 403)) throw error
      unread.push('the Secret may not be read: whether its values have changed is not known')
      return undefined
    }),
  ])
  const planned = await planEnvironment(project.root, {
    environment: environment.name,
    image: image.reference,
    revision,
    description,
    overrides: record.overrides,
    project,
    seen: { hasPodMonitor, ...(secretHash === undefined ? {} : { secretHash }) },
  })
  const { committedAtSeconds, reference } = image
  const manifests = withRecords(planned.manifests, toRecordMaps({ description, revision, record }))
  return {
    description,
    image,
    manifests,
    record,
    warnings: [...warnings, ...unread],
    plan: {
      revision,
      image: reference,
      committedAtSeconds,
      manifests,
      ...(planned.release === undefined ? {} : { release: planned.release }),
    },
  }
}

/** A whole hash needs no repository. */
async function toRevision({ root, repository }: Project, ref = 'HEAD'): Promise<string> {
  if (FULL_REVISION.test(ref)) return ref
  if (repository !== undefined) return readRevision(root, ref)
  throw new ServicexError('SERVICEX_GIT', {
    summary: `${JSON.stringify(ref)} is looked up in a git repository, and ${root} is in none`,
    fix: 'give all 40 digits of the commit, or --image',
  })
}

/** What `kube build` made says its commit; another's label may be that of its base. */
function assertRevision({ description, revision, reference }: ImageFacts, wanted: string): void {
  if (description === undefined || revision === undefined || revision === wanted) return
  throw new ServicexError('SERVICEX_PREFLIGHT_FAILED', {
    summary: `${reference} is of the revision ${revision}, not of ${wanted}: nothing was changed`,
    fix: 'name the image of the revision, or leave the revision out',
  })
}

async function readImageOf(host: Host, project: Project, text: string): Promise<ImageFacts> {
  const image = await findImage(host, project, text)
  if (image !== undefined) return image
  throw new ServicexError('SERVICEX_PREFLIGHT_FAILED', {
    summary: `there is no image ${text}: nothing was changed`,
    details: [`IMAGE_NOT_FOUND  ${VERDICTS.IMAGE_NOT_FOUND.meaning}`],
    fix: `${VERDICTS.IMAGE_NOT_FOUND.suggestion}, or name one that is there`,
  })
}

/** The name as it is seen is nearly always the one; only when there is no such image the declaration is run for it. */
async function readBuiltImage(host: Host, project: Project, revision = ''): Promise<ImageFacts> {
  const seen = await readAppName(project)
  const reference = toReference(project, seen, revision)
  const image = await findImage(host, project, reference)
  if (image !== undefined) return image
  // What cannot be run now may be of another commit.
  const declared = await readDeclaredName(project).catch(() => seen)
  return readImageOf(host, project, toReference(project, declared, revision))
}

/** Gives nothing when there is no such image. */
async function findImage(
  host: Host,
  project: Project,
  text: string,
): Promise<ImageFacts | undefined> {
  const registry = openProjectClient(project.settings, host.env)
  try {
    return await readImage(registry, toImageReference(text))
  } catch (error) {
    if (ServicexError.is(error) && error.code === 'SERVICEX_IMAGE_NOT_FOUND') return undefined
    throw error
  } finally {
    registry.close()
  }
}

function toReference({ settings }: Project, app: string, revision: string): string {
  if (settings.registry !== undefined) return `${settings.registry}/${app}:${revision}`
  throw new ServicexError('SERVICEX_SETTINGS_INVALID', {
    summary: 'nothing says which registry the image is in',
    fix: 'set registry in package.json#servicex, or give --image',
  })
}
