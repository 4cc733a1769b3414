import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { contract, op, toSnapshot } from '../../../src/client/contract/index.ts'
import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { toDescription } from '../../../src/describe/to-description.ts'
import { toRecordMaps } from '../../../tooling/apply/deploy/record-maps.ts'
import { type Company, openCompany } from '../deploy/company.ts'

const getInvoice = op.get('/invoices/{id}', {
  params: z.object({ id: z.string() }),
  ok: z.object({ total: z.number() }),
})
const listInvoices = op.get('/invoices', { ok: z.array(z.object({ total: z.number() })) })
const BILLING = toSnapshot(contract('billing', { getInvoice, listInvoices }))

/** A declaration with a contract of one operation, in an app that has no packages installed. */
const SERVICE = `
import { z } from '${import.meta.resolve('zod')}'
import { contract, op } from '${import.meta.resolve('../../../src/client/contract/index.ts')}'
const getInvoice = op.get('/invoices/{id}', { params: z.object({ id: z.string() }), ok: z.object({ total: z.number() }) })
export default { name: 'billing', serves: contract('billing', { getInvoice }) }
`

const REVISION = 'a'.repeat(40)

let company: Company
beforeAll(async () => {
  company = await openCompany()
})
afterAll(() => company.close())

function record(snapshot: Snapshot): void {
  const description = { ...toDescription({ name: 'billing' }, 'x'), contract: snapshot }
  const convention = { severities: [], exceptions: [], breaches: [] }
  const maps = toRecordMaps({
    description,
    revision: REVISION,
    record: { version: 1, overrides: [], clients: [], convention },
  })
  for (const map of maps)
    company.api.store.put(`/api/v1/namespaces/billing/configmaps/${map.metadata.name}`, map)
}

function openShop(): string {
  return company.openFolder({ name: 'shop', type: 'module', servicex: company.settings() })
}

function originIn(folder: string): unknown {
  const text = readFileSync(join(folder, 'clients/billing.contract.json'), 'utf8')
  return (JSON.parse(text) as Record<string, unknown>)['x-servicex-client']
}

test('--env makes the client of what is deployed, at its revision', async () => {
  record(BILLING)
  const folder = openShop()
  const { exitCode, stdout } = await company.kube(
    folder,
    'client',
    'add',
    'billing',
    '--env',
    'prod',
  )
  expect(stdout).toContain('2 operations from env:production/billing at aaaaaaaaaaaa')
  expect(exitCode).toBe(0)
  expect(originIn(folder)).toEqual({ source: 'env:production/billing', revision: REVISION })
  const again = await company.kube(folder, 'client', 'add', 'billing')
  expect(again.stdout).toContain('nothing changed')
})

test('without a source, a new client is of what runs in production', async () => {
  record(BILLING)
  const { stdout } = await company.kube(openShop(), 'client', 'add', 'billing')
  expect(stdout).toContain('from env:production/billing')
})

test('what is not recorded is said with its environment, and what to do', async () => {
  const { exitCode, stderr } = await company.kube(
    openShop(),
    'client',
    'add',
    'mail',
    '--env',
    'qa',
  )
  expect(exitCode).toBe(2)
  expect(stderr).toContain('no contract of mail is recorded in qa')
  expect(stderr).toContain('fix: deploy mail with kube, or name another source with --from')
})

test('--image, or an image as the source, makes the client of what kube built', async () => {
  const app = company.openApp('billing', { 'service.ts': SERVICE })
  expect(await company.kube(app.root, 'build')).toMatchObject({ exitCode: 0 })
  const revision = app.git('rev-parse', 'HEAD')
  const image = `${company.registry.host}/apps/billing:${revision}`
  const folder = openShop()
  const added = await company.kube(folder, 'client', 'add', 'billing', '--image', image)
  expect(added.stdout).toContain(`1 operation from image:${image} at ${revision.slice(0, 12)}`)
  expect(originIn(folder)).toEqual({ source: `image:${image}`, revision })
  expect(await company.kube(openShop(), 'client', 'add', image)).toMatchObject({ exitCode: 0 })
  expect(await company.kube(folder, 'client', 'check')).toMatchObject({ exitCode: 0 })
  const base = `${company.registry.host}/base/node:24-slim`
  const none = await company.kube(folder, 'client', 'add', base)
  expect(none.stderr).toContain('the image declares no contract')
})

test('check --env judges clients by what is deployed, wherever they came from', async () => {
  record(BILLING)
  const folder = openShop()
  await company.kube(folder, 'client', 'add', 'billing')
  expect(await company.kube(folder, 'client', 'check', '--env', 'qa')).toMatchObject({
    exitCode: 0,
  })
  record(toSnapshot(contract('billing', { getInvoice })))
  const { exitCode, stdout } = await company.kube(folder, 'client', 'check', '--env', 'qa')
  expect(exitCode).toBe(1)
  expect(stdout).toContain('BREAK  listInvoices  (operation-removed)')
})

test('credentials that may not read are named, and one source is named at a time', async () => {
  record(BILLING)
  company.api.fault = ({ path }) =>
    path.includes('/configmaps/') ? { kind: 'status', status: 403 } : undefined
  const denied = await company.kube(openShop(), 'client', 'add', 'billing', '--env', 'prod')
  company.api.fault = undefined
  expect(denied.stderr).toContain('these credentials may not read ConfigMaps of billing')
  const both = ['--env', 'prod', '--image', 'a.b/c:d']
  const twice = await company.kube(openShop(), 'client', 'add', 'billing', ...both)
  expect(twice).toMatchObject({ exitCode: 2 })
})
