import type { Description } from '../../src/convention/description.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { hasKind } from '../apply/cluster/resource-path.ts'
import type { DeployPlan } from '../apply/deploy/deploy-context.ts'
import type { PreflightInput } from '../apply/deploy/preflight.ts'
import { type ImageFacts, readImage } from '../apply/deploy/read-image.ts'
import { readSecretHash } from '../apply/deploy/secret-hash.ts'
import { openProjectClient } from '../apply/registry/open-project-client.ts'
import { readDescription } from '../parse/description.ts'
import { readRevision } from '../parse/git.ts'
import { toImageReference } from '../parse/image-reference.ts'
import type { Project } from '../parse/project.ts'
import type { Host } from '../report/terminal.ts'
import type { Target } from './open-target.ts'
import { planEnvironment } from './plan-environment.ts'

/** What is to be deployed, as it was typed. */
export interface DeployRequest {
  readonly target: Target
  readonly revision: string
  readonly image?: string
}

/** A deploy that is planned and not yet checked. */
export interface PreparedDeploy extends PreflightInput {
  readonly plan: DeployPlan
}

const FULL_REVISION = /^[0-9a-f]{40}$/

/**
 * Reads the image of a revision from its registry, and plans its objects. Rejects with
 * SERVICEX_IMAGE_NOT_FOUND, SERVICEX_GIT, and what planning rejects with; changes nothing.
 */
export async function prepareDeploy(
  host: Host,
  { target, revision: ref, image: named }: DeployRequest,
): Promise<PreparedDeploy> {
  const { project, environment, client } = target
  const revision = FULL_REVISION.test(ref) ? ref : await readRevision(project.root, ref)
  const own = await readDescription(project.root, { packageName: project.name })
  const image = await readImageOf(host, project, named ?? toReference(project, own, revision))
  const description = image.description ?? own
  const [hasPodMonitor, secretHash] = await Promise.all([
    hasKind(client, 'monitoring.coreos.com/v1', 'PodMonitor'),
    readSecretHash(client, description.name),
  ])
  const { manifests, release } = await planEnvironment(host.cwd(), {
    environment: environment.name,
    image: image.reference,
    revision,
    description,
    seen: { hasPodMonitor, ...(secretHash === undefined ? {} : { secretHash }) },
  })
  const { committedAtSeconds, reference } = image
  return {
    description,
    image,
    manifests,
    findings: [],
    plan: {
      revision,
      image: reference,
      committedAtSeconds,
      manifests,
      ...(release === undefined ? {} : { release }),
    },
  }
}

async function readImageOf(host: Host, project: Project, text: string): Promise<ImageFacts> {
  const registry = openProjectClient(project.settings, host.env)
  try {
    return await readImage(registry, toImageReference(text))
  } finally {
    registry.close()
  }
}

function toReference({ settings }: Project, { name }: Description, revision: string): string {
  if (settings.registry !== undefined) return `${settings.registry}/${name}:${revision}`
  throw new ServicexError('SERVICEX_SETTINGS_INVALID', {
    summary: 'nothing says which registry the image is in',
    fix: 'set registry in package.json#servicex, or give --image',
  })
}
