import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Repository } from '../parse/repository.ts'
import type { ToolRun } from '../run-kube.ts'
import { type Company, openCompany } from './company.ts'

const HEAD = `
import { z } from '${import.meta.resolve('zod')}'
import { contract, op } from '${import.meta.resolve('../../../src/client/contract/index.ts')}'
const Invoice = z.object({ total: z.number() })
const getInvoice = op.get('/invoices/{id}', { params: z.object({ id: z.string() }), ok: Invoice })
const listInvoices = op.get('/invoices', { ok: z.array(Invoice) })
`
const SERVING = (operations: string): string =>
  `${HEAD}export default { name: 'billing', serves: contract('billing', { ${operations} }) }\n`

let company: Company
let billing: Repository
let shop: Repository
beforeAll(async () => {
  company = await openCompany()
  billing = company.openApp('billing', { 'service.ts': SERVING('getInvoice, listInvoices') })
  shop = company.openApp('shop')
})
afterAll(() => company.close())

async function ship(repository: Repository, ...flags: readonly string[]): Promise<ToolRun> {
  const built = await company.kube(repository.root, 'build')
  expect(built.exitCode, built.stderr).toBe(0)
  return company.kube(repository.root, 'prod', 'deploy', ...flags)
}

test('two services: a client of what runs, then a provider that would break it', async () => {
  expect(await ship(billing)).toMatchObject({ exitCode: 0 })
  const words = ['client', 'add', 'billing', '--env', 'prod', '--ops', 'getInvoice']
  expect(await company.kube(shop.root, ...words)).toMatchObject({ exitCode: 0 })
  shop.commit()
  expect(await ship(shop)).toMatchObject({ exitCode: 0 })

  // Nobody uses it: it may go.
  billing.write({ 'service.ts': SERVING('getInvoice') })
  billing.commit()
  expect(await ship(billing, '--dry-run')).toMatchObject({ exitCode: 0 })

  billing.write({ 'service.ts': SERVING('listInvoices') })
  billing.commit()
  const refused = await ship(billing)
  expect(refused.exitCode).toBe(3)
  expect(refused.stderr).toContain(
    'contracts-compatible  shop/getInvoice  shop calls billing.getInvoice: the operation is gone',
  )
  const records = company.api.store.list('/api/v1/namespaces/shop/configmaps')
  expect(records.map(({ metadata }) => metadata.name)).toContain('kube-client-billing')
  const { data } = company.api.store.read('/api/v1/namespaces/shop/configmaps/kube-inventory') as {
    data?: { objects: string }
  }
  expect(data?.objects).toContain('kube-client-billing')
})
