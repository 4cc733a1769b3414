import type { Description } from '../../../src/convention/description.ts'
import { toConfigName, toSecretName } from '../../../src/convention/labels.ts'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { CommitRecord } from '../../plan/deploy/commit-record.ts'
import { toConventionLines } from '../../plan/deploy/convention-lines.ts'
import { findEnvProblems } from '../../plan/deploy/env-problems.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import { isApiError } from '../cluster/api-error.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'
import { applyObject, getObject, listObjects } from '../cluster/objects.ts'
import { hasKind } from '../cluster/resource-path.ts'
import { RULES } from '../../plan/rules/catalog.ts'
import { judgeBreaches } from '../../plan/rules/judge.ts'
import { checkContracts } from './check-contracts.ts'
import { checkLock } from './check-lock.ts'
import type { DeployContext } from './deploy-context.ts'
import type { ImageFacts } from './read-image.ts'

/** What is checked before anything is changed. */
export interface PreflightInput {
  readonly description: Description
  readonly image: ImageFacts
  readonly manifests: readonly Manifest[]
  /** What it calls, and how it stands to the rules. */
  readonly record: Pick<CommitRecord, 'clients' | 'convention'>
}

/**
 * Checks everything that would make the deploy fail, by reads and dry runs. Rejects with
 * SERVICEX_PREFLIGHT_FAILED, which lists all findings at once; nothing has been changed then.
 */
export async function checkPreflight(context: DeployContext, input: PreflightInput): Promise<void> {
  const { client, app, report } = context
  const namespace = await getObject(client, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: app },
  })
  const findings = (
    await Promise.all([
      checkConvention(context, input),
      checkPlatform(context, input.image),
      checkEnv(context, input.description, input.manifests),
      checkObjects(context, input.manifests, namespace !== undefined),
      namespace === undefined ? [] : checkLock(context),
    ])
  ).flat()
  if (findings.length === 0) {
    const text =
      namespace === undefined
        ? `the namespace ${app} is not there yet: its objects can only be tried once it is`
        : `${input.manifests.length} objects are accepted`
    return report({ type: 'step', text })
  }
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`
  report({ type: 'refused', findings })
  throw new ServicexError('SERVICEX_PREFLIGHT_FAILED', {
    summary: `${app} cannot be deployed to ${context.environment}: ${count}, nothing was changed`,
    details: findings,
    fix: 'correct every finding, then deploy again',
  })
}

/** Judges it by the rules, those between services among them; tells of exceptions and warnings. */
async function checkConvention(
  context: DeployContext,
  { description, record }: PreflightInput,
): Promise<readonly string[]> {
  const { clients, convention } = record
  const contracts = await checkContracts(context, { description, clients })
  const judgement = judgeBreaches(
    {
      breaches: [...convention.breaches, ...contracts.breaches],
      exceptions: convention.exceptions,
      nowSeconds: context.now() / 1000,
    },
    { rules: RULES, severities: convention.severities, environment: context.environment },
  )
  const { exceptions, warnings, findings } = toConventionLines(judgement)
  for (const text of exceptions) context.report({ type: 'step', text })
  for (const text of [...warnings, ...contracts.warnings]) context.report({ type: 'warning', text })
  return findings
}

interface NodeObject {
  readonly metadata: { readonly name: string }
  readonly status?: {
    readonly nodeInfo?: { readonly operatingSystem?: string; readonly architecture?: string }
  }
}

async function checkPlatform(
  { client }: DeployContext,
  { platforms, reference }: ImageFacts,
): Promise<string[]> {
  if (platforms.length === 0) return []
  const nodes = await readNodes(client)
  const wanted = new Set(
    nodes.flatMap(({ status }) => {
      const { operatingSystem, architecture } = status?.nodeInfo ?? {}
      return architecture === undefined ? [] : [`${operatingSystem ?? 'linux'}/${architecture}`]
    }),
  )
  const fits = [...wanted].some((platform) => platforms.some((own) => own.startsWith(platform)))
  if (wanted.size === 0 || fits) return []
  return [
    `IMAGE_PLATFORM  ${reference} is for ${platforms.join(', ')}, and the nodes are ${[...wanted].join(', ')} — fix: kube build --platform ${[...wanted].join(',')}`,
  ]
}

/** Who may deploy an app may not always list the nodes. */
async function readNodes(client: ClusterClient): Promise<readonly NodeObject[]> {
  try {
    const key = { apiVersion: 'v1', kind: 'Node', metadata: { name: '' } }
    return await listObjects<NodeObject>(client, key)
  } catch (error) {
    if (isApiError(error, 403)) return []
    throw error
  }
}

async function checkEnv(
  { client, app, environment }: DeployContext,
  description: Description,
  manifests: readonly Manifest[],
): Promise<string[]> {
  const key = (kind: string, name: string): Manifest => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: app },
  })
  const secret = await readSecret(client, key('Secret', toSecretName(app)))
  if (typeof secret === 'string') return [secret]
  const config = manifests.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === toConfigName(app),
  )
  const values = new Map([
    ...Object.entries((config?.['data'] ?? {}) as Record<string, string>),
    ...Object.entries(secret?.data ?? {}).map(
      ([name, value]) => [name, Buffer.from(value, 'base64').toString('utf8')] as const,
    ),
  ])
  return findEnvProblems(description, values, toGivenNames(manifests)).map((problem) => {
    const name = problem.split(' ')[0] ?? ''
    return `CONFIG_MISSING  ${problem} in the Secret ${toSecretName(app)} — fix: kube ${environment} env set ${name}`
  })
}

interface SecretObject {
  readonly data?: Readonly<Record<string, string>>
}

/** Gives a finding when it may not be read. */
async function readSecret(
  client: ClusterClient,
  key: Manifest,
): Promise<SecretObject | string | undefined> {
  try {
    return await getObject<SecretObject>(client, key)
  } catch (error) {
    if (!isApiError(error, 403)) throw error
    const right = `get secrets in ${key.metadata.namespace ?? ''}`
    return `FORBIDDEN  Secret/${key.metadata.name}: we may not ${right}: ${error.message} — fix: have the account given the right to ${right}`
  }
}

interface PodOwner {
  readonly template?: {
    readonly spec?: { readonly containers?: readonly { readonly env?: readonly EnvEntry[] }[] }
  }
}

interface EnvEntry {
  readonly name: string
  readonly valueFrom?: { readonly secretKeyRef?: object }
}

/** What the manifests themselves give every pod. */
function toGivenNames(manifests: readonly Manifest[]): ReadonlySet<string> {
  const entries = manifests.flatMap(({ spec }) =>
    ((spec as PodOwner | undefined)?.template?.spec?.containers ?? []).flatMap(
      ({ env = [] }) => env,
    ),
  )
  return new Set(
    entries.flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef === undefined ? [name] : [])),
  )
}

/** Has the cluster judge every object without keeping it: schema, admission, quota, rights. */
async function checkObjects(
  { client }: DeployContext,
  manifests: readonly Manifest[],
  hasNamespace: boolean,
): Promise<string[]> {
  const findings = await Promise.all(
    manifests.map(async (manifest) => {
      const { apiVersion, kind, metadata } = manifest
      if (!(await hasKind(client, apiVersion, kind)))
        return [`REFUSED  ${kind}/${metadata.name}: the cluster has no ${apiVersion}/${kind}`]
      // Nothing can be tried in a namespace that is not there yet.
      if (!hasNamespace && metadata.namespace !== undefined) return []
      return tryObject(client, manifest)
    }),
  )
  return findings.flat()
}

async function tryObject(client: ClusterClient, manifest: Manifest): Promise<string[]> {
  try {
    await applyObject(client, manifest, { isDryRun: true })
    return []
  } catch (error) {
    return toFindings(manifest, error)
  }
}

function toFindings({ kind, metadata }: Manifest, error: unknown): string[] {
  const name = `${kind}/${metadata.name}`
  if (!isApiError(error)) throw error
  // Another writer in the same moment is no finding: the apply itself is tried again.
  if (error.status === 409) return []
  const causes = error.causes.map(({ field, message }) => `${field ?? ''} ${message ?? ''}`.trim())
  const words = causes.length > 0 ? causes : [error.message]
  const what = error.status === 403 ? 'FORBIDDEN' : 'REFUSED'
  return words.map((reason) => `${what}  ${name}: ${reason}`)
}
