import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { LABELS } from '../../src/convention/labels.ts'
import { isName } from '../../src/convention/names.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { readContractRecord } from '../apply/deploy/contract-records.ts'
import { readImage } from '../apply/deploy/read-image.ts'
import { toRecordedSnapshot } from '../apply/deploy/record-maps.ts'
import { openProjectClient } from '../apply/registry/open-project-client.ts'
import type { SnapshotSource, SourceDocument } from '../parse/client/snapshot-source.ts'
import { toSource } from '../parse/client/to-source.ts'
import { unreadable } from '../parse/client/unreadable.ts'
import { toNamedEnvironment } from '../parse/environment.ts'
import { toImageReference } from '../parse/image-reference.ts'
import type { Project } from '../parse/project.ts'
import type { Host } from '../report/terminal.ts'
import { openTarget } from './open-target.ts'

/** Where a source is looked for. */
export interface SourcePlace {
  readonly host: Host
  readonly project: Project
  /** The folder that paths begin at. */
  readonly cwd: string
}

/** The flags by which a source is named. */
export interface SourceFlags {
  readonly from?: string
  readonly env?: string
  readonly image?: string
}

const ENVIRONMENT = /^env:([^/]+)\/([^/]+)$/
const IMAGE_PREFIX = 'image:'

/** An image by its looks: a host, a path, and a tag or a digest. */
const IMAGE =
  /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?|[a-z0-9-]+:\d+|localhost)\/\S+(?::\w[\w.-]*|@sha256:[0-9a-f]{64})$/

/** Reads what was given as the source of a snapshot: what runs in an environment, an image, else what a file or an address is. */
export function openSource(text: string, place: SourcePlace): SnapshotSource {
  const { host, project, cwd } = place
  const [, environment, namespace] = ENVIRONMENT.exec(text) ?? []
  if (environment !== undefined && namespace !== undefined)
    return { name: text, read: () => readDeployed(host, { environment, namespace, text }) }
  if (text.startsWith(IMAGE_PREFIX)) return toImageSource(text.slice(IMAGE_PREFIX.length), place)
  if (IMAGE.test(text) && !existsSync(resolve(cwd, text))) return toImageSource(text, place)
  return toSource(text, { cwd, root: project.root })
}

/** Gives the source that flags name for a service; nothing when none does. Throws SERVICEX_USAGE for more than one. */
export function toNamedSource(
  { from, env, image }: SourceFlags,
  { service, project }: { readonly service: string; readonly project: Project },
): string | undefined {
  const given = [from, env, image].filter((flag) => flag !== undefined)
  if (given.length > 1)
    throw new ServicexError('SERVICEX_USAGE', {
      summary: '--from, --env and --image each name the source: more than one is given',
      fix: 'give one of them',
    })
  if (env !== undefined) return toDeployedSource(env, { service, project })
  return image === undefined ? from : `${IMAGE_PREFIX}${image}`
}

/** Gives the source that is what runs of a service in an environment. Throws SERVICEX_USAGE for none. */
export function toDeployedSource(
  environment: string,
  { service, project }: { readonly service: string; readonly project: Project },
): string {
  if (isName(service))
    return `env:${toNamedEnvironment(environment, project.settings).name}/${service}`
  throw new ServicexError('SERVICEX_USAGE', {
    summary: `${JSON.stringify(service)} is no name of a service`,
    fix: 'kube client add <service> --env <environment>',
  })
}

interface Deployed {
  readonly environment: string
  readonly namespace: string
  /** As it is written. */
  readonly text: string
}

async function readDeployed(
  host: Host,
  { environment, namespace, text }: Deployed,
): Promise<SourceDocument> {
  const { client } = await openTarget(host, environment, { isReadOnly: true })
  try {
    const record = await readContractRecord(client, namespace)
    if (record.kind === 'forbidden')
      throw unreadable(text, `these credentials may not read ConfigMaps of ${namespace}`, {
        fix: 'ask for the right to read them, or name another source with --from',
      })
    const snapshot = record.value === undefined ? undefined : toRecordedSnapshot(record.value)
    if (snapshot === undefined)
      throw unreadable(text, `no contract of ${namespace} is recorded in ${environment}`, {
        fix: `deploy ${namespace} with kube, or name another source with --from`,
      })
    const revision = record.value?.metadata.labels?.[LABELS.version]
    return { text: JSON.stringify(snapshot), ...(revision === undefined ? {} : { revision }) }
  } finally {
    client.close()
  }
}

function toImageSource(text: string, { host, project }: SourcePlace): SnapshotSource {
  const reference = toImageReference(text)
  const name = `${IMAGE_PREFIX}${text}`
  const read = async (): Promise<SourceDocument> => {
    const registry = openProjectClient(project.settings, host.env)
    try {
      const { description, revision } = await readImage(registry, reference)
      if (description?.contract === undefined)
        throw unreadable(name, 'the image declares no contract', {
          fix: 'name an image that kube built of a service with a contract',
        })
      const document = JSON.stringify(description.contract)
      return { text: document, ...(revision === undefined ? {} : { revision }) }
    } finally {
      registry.close()
    }
  }
  return { name, read }
}
