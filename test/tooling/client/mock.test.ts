import { toSnapshot } from 'servicex/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Mock, openMock } from '../../../tooling/apply/client/open-mock.ts'
import { billing as contract } from '../../fixtures/client/billing.ts'
import { billingClient } from '../../fixtures/client/clients/billing.js'

let mock: Mock
const told: string[] = []

beforeAll(async () => {
  mock = await openMock(toSnapshot(contract), {
    port: 0,
    onReply: ({ method }, { operation, status }) => told.push(`${status} ${method} ${operation}`),
  })
})
afterAll(() => mock.close())

describe('a mock', () => {
  test('answers every operation with what its client accepts', async () => {
    const billing = billingClient({ baseUrl: mock.url, deadline: '20s' })
    const id = '3fa85f64-5717-4562-b3fc-2c963f66afa6'
    const line = { text: 'x', cents: 1 }
    const body = { customerId: '1', lines: [line] }
    expect((await billing.getInvoice({ id })).ok).toBe(true)
    expect((await billing.createInvoice(body)).ok).toBe(true)
    expect((await billing.replaceInvoice({ id, body })).ok).toBe(true)
    expect((await billing.patchInvoice({ id, body: { note: null } })).ok).toBe(true)
    expect((await billing.deleteInvoice({ id })).ok).toBe(true)
    expect((await billing.findByNumber({ year: 2026, number: '1' })).ok).toBe(true)
    expect((await billing.putPdf({ id, body: 'x' })).ok).toBe(true)
    expect(await (await billing.getPdf({ id }).orThrow()).text()).toBe('a mock of getPdf\n')
    let items = 0
    for await (const item of billing.listInvoices().items()) items += item.lines.length
    expect(items).toBe(2)
    for await (const event of billing.watchInvoice({ id })) expect(event.state).toBe('open')
    expect(told).toContain('200 GET watchInvoice')
  })

  test('fails as it is asked to', async () => {
    const billing = billingClient({ baseUrl: mock.url, headers: { 'x-mock-error': 'archived' } })
    expect(await billing.getInvoice({ id: '1' })).toMatchObject({
      error: { code: 'archived', status: 410, data: { archivedAt: expect.any(String) as string } },
    })
  })

  test('knows no other paths and methods', async () => {
    expect((await fetch(`${mock.url}/none`)).status).toBe(404)
    const wrong = await fetch(`${mock.url}/invoices`, { method: 'DELETE' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, GET'])
    expect((await fetch(`${mock.url}/openapi.json`)).status).toBe(200)
  })
})
