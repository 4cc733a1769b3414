import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { toDescription } from '../../../src/describe/to-description.ts'
import { openClusterClient } from '../../../tooling/apply/cluster/cluster-client.ts'
import { checkPreflight, type PreflightInput } from '../../../tooling/apply/deploy/preflight.ts'
import type { DeployEvent } from '../../../tooling/apply/deploy/reporter.ts'
import { planObjects } from '../../../tooling/plan/plan-objects.ts'
import { type FakeApiServer, openApiServer } from '../../fakes/kubernetes/api-server.ts'
import { inputOf } from '../manifests/cases.ts'

const DECLARATION = {
  name: 'billing',
  env: z.object({
    DATABASE_URL: z.url(),
    PLAN: z.enum(['free', 'paid']),
    LIMIT: z.coerce.number().int(),
    OPTIONAL: z.string().optional(),
    PORT: z.coerce.number(),
  }),
}

let api: FakeApiServer
let told: string[]
beforeEach(async () => {
  told = []
  api = await openApiServer()
})
afterEach(() => api.close())

async function check(input: Partial<PreflightInput> = {}): Promise<string> {
  const access = {
    context: 'x',
    server: new URL(api.url),
    tls: {},
    credentials: { kind: 'none' as const },
  }
  const client = openClusterClient(access, { env: {}, proxy: {} })
  const description = toDescription(DECLARATION, 'x')
  const context = {
    client,
    app: 'billing',
    environment: 'production',
    report: (event: DeployEvent) => void ('text' in event && told.push(event.text)),
    now: () => Date.parse('2026-01-10T12:00:00Z'),
    sleep: () => Promise.resolve(),
    signal: new AbortController().signal,
  }
  const image = {
    reference: 'r/billing@sha256:1',
    platforms: ['linux/amd64'],
    committedAtSeconds: 0,
  }
  const { manifests } = planObjects(inputOf(DECLARATION), [])
  const record = { clients: [], convention: { severities: [], exceptions: [], breaches: [] } }
  try {
    await checkPreflight(context, { description, image, manifests, record, ...input })
    return 'nothing was found'
  } catch (error) {
    return String(error instanceof Error ? error.message : error)
  } finally {
    client.close()
  }
}

function put(kind: string, name: string, more: object): void {
  const path = `/api/v1/namespaces/billing/${kind.toLowerCase()}s/${name}`
  api.store.put(path, { apiVersion: 'v1', kind, metadata: { name, namespace: 'billing' }, ...more })
}

function makeNamespace(): void {
  api.store.put('/api/v1/namespaces/billing', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'billing' },
  })
}

function encoded(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  )
}

test('every finding is said at once, with its fix, and nothing is changed', async () => {
  makeNamespace()
  put('Secret', 'billing-env', { data: encoded({ DATABASE_URL: 'hunter2', LIMIT: 'many' }) })
  api.store.put('/api/v1/nodes/a', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'a' },
    status: { nodeInfo: { operatingSystem: 'linux', architecture: 'arm64' } },
  })
  const breaches = [{ rule: 'one-logger', path: 'src/a.ts', line: 2, what: 'calls console.log' }]
  const convention = { severities: [], exceptions: [], breaches }
  expect(await check({ record: { clients: [], convention } })).toBe(
    [
      'SERVICEX_PREFLIGHT_FAILED  billing cannot be deployed to production: 5 findings, nothing was changed',
      "  one-logger  src/a.ts:2  calls console.log — fix: use `log` of 'servicex'; it takes pino's arguments",
      '  IMAGE_PLATFORM  r/billing@sha256:1 is for linux/amd64, and the nodes are linux/arm64 — fix: kube build --platform linux/arm64',
      '  CONFIG_MISSING  DATABASE_URL is set (7 characters, not shown) — expected a URL in the Secret billing-env — fix: kube production env set DATABASE_URL',
      '  CONFIG_MISSING  LIMIT is "many" — expected a whole number in the Secret billing-env — fix: kube production env set LIMIT',
      '  CONFIG_MISSING  PLAN is not set in the Secret billing-env — fix: kube production env set PLAN',
      '  fix: correct every finding, then deploy again',
    ].join('\n'),
  )
  expect(api.writes).toEqual([])
})

test('a complete environment is accepted', async () => {
  makeNamespace()
  put('Secret', 'billing-env', {
    data: encoded({ DATABASE_URL: 'postgres://x/y', LIMIT: '3', PLAN: 'paid' }),
  })
  expect(await check()).toBe('nothing was found')
  expect(api.writes).toEqual([])
})

test('what the cluster would refuse is found by a dry run, with the field', async () => {
  makeNamespace()
  put('Secret', 'billing-env', {
    data: encoded({ DATABASE_URL: 'postgres://x/y', LIMIT: '3', PLAN: 'paid' }),
  })
  const metadata = { name: 'x', namespace: 'billing' }
  const manifests = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 1 } },
    { apiVersion: 'example.com/v1', kind: 'Thing', metadata },
  ]
  const text = await check({ manifests, description: toDescription({ name: 'billing' }, 'x') })
  expect(text).toContain('REFUSED  ConfigMap/x:')
  expect(text).toContain('data.a is a number — expected text')
  expect(text).toContain('REFUSED  Thing/x: the cluster has no example.com/v1/Thing')
})

test('an exception that has ended stops a deploy and names its owner; one in force is told of', async () => {
  makeNamespace()
  const exception = { rule: 'no-latest', reason: 'it is being moved', owner: 'ann' }
  const exceptions = [
    { ...exception, until: '2026-01-09' },
    { ...exception, path: 'kube/db.yaml', owner: 'bob', until: '2026-01-20' },
  ]
  const breaches = [{ rule: 'no-latest', path: 'kube/db.yaml', what: 'runs db:latest' }]
  const convention = { severities: [], exceptions, breaches }
  const text = await check({
    manifests: [],
    description: toDescription({ name: 'billing' }, 'x'),
    record: { clients: [], convention },
  })
  expect(text).toContain('1 finding, nothing was changed')
  expect(text).toContain(
    'no-latest  package.json  the exception of ann ended on 2026-01-09 — fix: follow the rule now; ask ann why it was needed',
  )
  expect(told).toContain(
    'exception no-latest (kube/db.yaml) until 2026-01-20, 10 days left — bob: it is being moved',
  )
})

test('rights on Leases and Secrets that are missing are findings among the others, with their names', async () => {
  makeNamespace()
  api.fault = ({ path }) =>
    /\/(?:leases|secrets)(?:\/|$)/.test(path) ? { kind: 'status', status: 403 } : undefined
  const metadata = { name: 'x', namespace: 'billing' }
  const manifests = [{ apiVersion: 'example.com/v1', kind: 'Thing', metadata }]
  const text = await check({ manifests })
  expect(text).toContain('5 findings, nothing was changed')
  expect(text).toContain(
    'FORBIDDEN  Secret/billing-env: we may not get secrets in billing: a fault',
  )
  for (const verb of ['get', 'create', 'update'])
    expect(text).toContain(`we may not ${verb} leases.coordination.k8s.io in billing`)
  expect(text).toContain('REFUSED  Thing/x')
  expect(api.writes).toEqual([])
})
