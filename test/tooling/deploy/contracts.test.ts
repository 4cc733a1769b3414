import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { contract, op, toSnapshot } from '../../../src/client/contract/index.ts'
import type { Description } from '../../../src/convention/description.ts'
import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { toDescription } from '../../../src/describe/to-description.ts'
import { openClusterClient } from '../../../tooling/apply/cluster/cluster-client.ts'
import type { DeployContext } from '../../../tooling/apply/deploy/deploy-context.ts'
import { checkPreflight } from '../../../tooling/apply/deploy/preflight.ts'
import { toRecordMaps } from '../../../tooling/apply/deploy/record-maps.ts'
import type { DeployEvent } from '../../../tooling/apply/deploy/reporter.ts'
import type { ExceptionSettings } from '../../../tooling/parse/rule-settings.ts'
import type { CommitRecord, ConsumedService } from '../../../tooling/plan/deploy/commit-record.ts'
import { type FakeApiServer, openApiServer } from '../../fakes/kubernetes/api-server.ts'

const Invoice = z.object({ id: z.string(), total: z.number() })
const getInvoice = op.get('/invoices/{id}', { params: z.object({ id: z.string() }), ok: Invoice })
const listInvoices = op.get('/invoices', { ok: z.array(Invoice) })

const BILLING = toSnapshot(contract('billing', { getInvoice, listInvoices }))
const WITHOUT_LIST = toSnapshot(contract('billing', { getInvoice }))
const TEXT_TOTAL = toSnapshot(
  contract('billing', {
    getInvoice: op.get('/invoices/{id}', {
      params: z.object({ id: z.string() }),
      ok: z.object({ id: z.string(), total: z.string() }),
    }),
    listInvoices,
  }),
)

let api: FakeApiServer
let told: string[]
beforeEach(async () => {
  api = await openApiServer()
  told = []
})
afterEach(() => api.close())

interface App {
  readonly name: string
  readonly contract?: Snapshot
  readonly clients?: readonly ConsumedService[]
  readonly exceptions?: readonly ExceptionSettings[]
}

function toParts({ name, contract: served, clients = [], exceptions = [] }: App): {
  readonly description: Description
  readonly record: CommitRecord
} {
  const plain = toDescription({ name }, 'x')
  return {
    description: served === undefined ? plain : { ...plain, contract: served },
    record: {
      version: 1,
      overrides: [],
      clients,
      convention: { severities: [], exceptions, breaches: [] },
    },
  }
}

/** Puts into the cluster what a deploy of an app records. */
function deployed(app: App): void {
  for (const map of toRecordMaps({ ...toParts(app), revision: 'a'.repeat(40) }))
    api.store.put(`/api/v1/namespaces/${app.name}/configmaps/${map.metadata.name}`, map)
}

function using(operations?: readonly string[], snapshot?: Snapshot): ConsumedService {
  return {
    service: 'billing',
    namespace: 'billing',
    ...(operations === undefined ? {} : { operations }),
    ...(snapshot === undefined ? {} : { snapshot }),
  }
}

/** Runs the pre-flight of an app; gives its findings. */
async function check(app: App): Promise<string> {
  const { description, record } = toParts(app)
  const client = openClusterClient(
    { context: 'x', server: new URL(api.url), tls: {}, credentials: { kind: 'none' } },
    { env: {}, proxy: {}, patienceMs: 0 },
  )
  const context: DeployContext = {
    client,
    app: app.name,
    environment: 'production',
    report: (event: DeployEvent) => void ('text' in event && told.push(event.text)),
    now: () => Date.parse('2026-01-10T12:00:00Z'),
    sleep: () => Promise.resolve(),
    signal: new AbortController().signal,
  }
  const image = { reference: 'r/x@sha256:1', platforms: [], committedAtSeconds: 0 }
  try {
    await checkPreflight(context, { description, image, manifests: [], record })
    return ''
  } catch (error) {
    return String(error instanceof Error ? error.message : error)
  } finally {
    client.close()
    expect(api.writes).toEqual([])
  }
}

test('a provider that breaks a deployed caller is refused with the caller and the operation', async () => {
  deployed({ name: 'billing', contract: BILLING })
  deployed({ name: 'shop', clients: [using(['getInvoice'], BILLING)] })
  const text = await check({ name: 'billing', contract: TEXT_TOTAL })
  expect(text).toContain('SERVICEX_PREFLIGHT_FAILED  billing cannot be deployed to production')
  expect(text).toContain(
    'contracts-compatible  shop/getInvoice  shop calls billing.getInvoice: the reply has another type than callers read: number → string',
  )
})

test('what no deployed caller uses may change and go', async () => {
  deployed({ name: 'billing', contract: BILLING })
  deployed({ name: 'shop', clients: [using(['getInvoice'], BILLING)] })
  expect(await check({ name: 'billing', contract: WITHOUT_LIST })).toBe('')
  deployed({ name: 'till', clients: [using(['listInvoices'], BILLING)] })
  expect(await check({ name: 'billing', contract: WITHOUT_LIST })).toContain(
    'till/listInvoices  till calls billing.listInvoices: the operation is gone',
  )
})

test('a caller without a generated client is judged by the contract that it was deployed with', async () => {
  deployed({ name: 'billing', contract: BILLING })
  deployed({ name: 'shop', clients: [using(['listInvoices'])] })
  expect(await check({ name: 'billing', contract: WITHOUT_LIST })).toContain('shop/listInvoices')
  deployed({ name: 'shop', clients: [using()] })
  expect(await check({ name: 'billing', contract: WITHOUT_LIST })).toContain('shop/listInvoices')
})

test('a provider may not stop to serve its contract while somebody calls it', async () => {
  deployed({ name: 'billing', contract: BILLING })
  deployed({ name: 'shop', clients: [using(['getInvoice'], BILLING)] })
  expect(await check({ name: 'billing' })).toContain(
    'shop calls billing: getInvoice, and billing serves no contract any more',
  )
})

test('a caller of what is not deployed is refused with the service and the operation', async () => {
  deployed({ name: 'billing', contract: WITHOUT_LIST })
  const text = await check({ name: 'shop', clients: [using(['listInvoices'], BILLING)] })
  expect(text).toContain(
    'billing/listInvoices  it calls billing.listInvoices, and in production the operation is gone (operation-removed)',
  )
  expect(text).toContain('fix: deploy billing with it first, or make the client of what runs')
  const declared = await check({ name: 'shop', clients: [using(['listInvoices'])] })
  expect(declared).toContain('it calls billing.listInvoices, and what is deployed')
  expect(await check({ name: 'shop', clients: [using(['getInvoice'], BILLING)] })).toBe('')
})

test('what may not be read is a warning that says what was not judged', async () => {
  deployed({ name: 'billing', contract: BILLING })
  deployed({ name: 'shop', clients: [using(['listInvoices'], BILLING)] })
  api.fault = ({ path }) =>
    path === '/api/v1/configmaps' || path.startsWith('/api/v1/namespaces/billing/configmaps/')
      ? { kind: 'status', status: 403 }
      : undefined
  expect(await check({ name: 'billing', contract: WITHOUT_LIST })).toBe('')
  expect(told).toContain(
    'contracts-compatible  the callers of billing in production were not judged: these credentials may not list ConfigMaps of all namespaces',
  )
  expect(await check({ name: 'shop', clients: [using(['getInvoice'], BILLING)] })).toBe('')
  expect(told.join('\n')).toContain(
    'the calls to billing were not judged: these credentials may not',
  )
})

test('an app without a contract asks nobody, and warns of nothing', async () => {
  api.fault = ({ path }) =>
    path === '/api/v1/configmaps' ? { kind: 'status', status: 403 } : undefined
  expect(await check({ name: 'nightly', clients: [using()] })).toBe('')
  expect(told.join('\n')).not.toContain('contracts-compatible')
})

test('a provider that nobody has deployed yet is a warning', async () => {
  expect(await check({ name: 'shop', clients: [using(['getInvoice'], BILLING)] })).toBe('')
  expect(told).toContain(
    'contracts-compatible  the calls to billing were not judged: no contract of billing is recorded in production',
  )
})

test("somebody else's broken ConfigMap stops no deploy, and is told of", async () => {
  deployed({ name: 'billing', contract: BILLING })
  for (const [place, more] of [
    ['shop', { data: { 'contract.json': '{"a":' } }],
    ['till', { binaryData: { 'contract.json.gz': 'bm8gZ3ppcA==' } }],
  ] as const)
    api.store.put(`/api/v1/namespaces/${place}/configmaps/x`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: place, labels: { 'servicex.dev/calls': 'billing' } },
      ...more,
    })
  expect(await check({ name: 'billing', contract: WITHOUT_LIST })).toBe('')
  expect(told.filter((text) => text.includes('holds no snapshot'))).toHaveLength(2)
})

test('a dated exception lets a breach pass, for one caller or all, and is told of', async () => {
  deployed({ name: 'billing', contract: BILLING })
  deployed({ name: 'shop', clients: [using(['listInvoices'], BILLING)] })
  const exception = { rule: 'contracts-compatible', reason: 'shop is switched off', owner: 'ann' }
  const app = { name: 'billing', contract: WITHOUT_LIST }
  const of = (path: string, until = '2026-01-20'): App => ({
    ...app,
    exceptions: [{ ...exception, path, until }],
  })
  expect(await check(of('shop'))).toBe('')
  expect(told.join('\n')).toContain('exception contracts-compatible (shop) until 2026-01-20')
  expect(await check(of('shop/listInvoices'))).toBe('')
  expect(await check(of('till'))).toContain('shop/listInvoices')
  expect(await check(of('shop', '2026-01-09'))).toContain(
    'the exception of ann ended on 2026-01-09',
  )
})

test('a contract of any size is recorded and judged: what is large is packed', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [
      `getThing${index}`,
      op.get(`/things${index}`, { ok: Invoice }),
    ]),
  )
  const large = toSnapshot(contract('billing', { ...many, listInvoices }))
  expect(JSON.stringify(large).length).toBeGreaterThan(262_144)
  const [map] = toRecordMaps({ ...toParts({ name: 'x', contract: large }), revision: 'a' })
  expect(JSON.stringify(map).length).toBeLessThan(100_000)
  deployed({ name: 'billing', contract: large })
  deployed({ name: 'shop', clients: [using(['listInvoices'], large)] })
  expect(await check({ name: 'billing', contract: WITHOUT_LIST })).toContain('shop/listInvoices')
})
