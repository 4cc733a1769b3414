import { client } from 'servicex/contract'
import { fake } from 'servicex/client'
import { describe, expect, test } from 'vitest'
import { billing as contractOfBilling } from '../../fixtures/client/billing.ts'
import { billing, type Invoice } from '../../fixtures/client/clients/billing.js'
import { ID } from '../../fixtures/client/serve-billing.ts'

const INVOICE: Invoice = {
  id: ID,
  customerId: '7',
  total: 1,
  state: 'open',
  issuedAt: '2026-11-22T10:00:00.000Z',
  note: null,
  lines: [],
}

describe('a fake', () => {
  test('answers as its handlers do, and remembers the inputs', async () => {
    const faked = fake(billing, { getInvoice: ({ id }) => ({ ...INVOICE, id }) })
    expect(await faked.getInvoice({ id: ID }).orThrow()).toEqual(INVOICE)
    expect(faked.calls.getInvoice).toEqual([{ id: ID }])
    expect(faked.calls.listInvoices).toEqual([])
  })

  test('is checked against the contract, whoever made the client', async () => {
    const wrong = { ...INVOICE, total: 'many' as unknown as number }
    await expect(fake(billing, { getInvoice: () => wrong }).getInvoice({ id: ID })).rejects.toThrow(
      /fake\(billing\): the handler of getInvoice breaks the contract: total/,
    )
    const direct = fake(client(contractOfBilling), { getInvoice: () => ({ ...wrong, lines: [] }) })
    await expect(direct.getInvoice({ id: ID })).rejects.toThrow('breaks the contract: total')
  })

  test('throws for an operation that has no handler, and for a handler of none', async () => {
    await expect(fake(billing).getInvoice({ id: ID })).rejects.toThrow(
      'fake(billing): getInvoice was called and has no handler',
    )
    expect(() => fake(billing, { pay: () => 1 } as never)).toThrow('there is no operation pay')
    expect(() => fake({})).toThrow('no client of servicex')
  })

  test('fails with what the contract declares, and with what can happen to any call', async () => {
    const faked = fake(billing, {
      getInvoice: (_input, { fail }) => fail('archived', { archivedAt: '2026-01-01T00:00:00Z' }),
    })
    expect(await faked.getInvoice({ id: ID })).toMatchObject({
      ok: false,
      error: { code: 'archived', status: 410, data: { archivedAt: '2026-01-01T00:00:00Z' } },
    })
    faked.fail.getInvoice('unavailable')
    expect(await faked.getInvoice({ id: ID })).toMatchObject({
      error: { code: 'unavailable', retryable: true },
    })
    expect(await faked.getInvoice({ id: ID })).toMatchObject({ error: { code: 'archived' } })
    expect(() => faked.fail.getInvoice('nope' as 'not_found')).toThrow(
      'getInvoice has no error nope',
    )
  })

  test('gives pages, events and replies without a body', async () => {
    const faked = fake(billing, {
      listInvoices: (input) =>
        input?.cursor === '2' ? { items: [] } : { items: [INVOICE], nextCursor: '2' },
      watchInvoice: () => [{ state: 'open', at: '2026-01-01T00:00:00Z' }],
      deleteInvoice: () => undefined,
    })
    let items = 0
    for await (const item of faked.listInvoices().items()) items += Number(item.id === ID)
    expect(items).toBe(1)
    for await (const event of faked.watchInvoice({ id: ID })) expect(event.state).toBe('open')
    const file = await fake(billing, { getPdf: () => '%PDF' })
      .getPdf({ id: ID })
      .orThrow()
    expect(await file.text()).toBe('%PDF')
    expect(await faked.deleteInvoice({ id: ID })).toMatchObject({ ok: true, data: undefined })
  })

  test('refuses what could not be sent', async () => {
    const faked = fake(billing, { getInvoice: () => INVOICE })
    await expect(faked.getInvoice({ id: '..' })).rejects.toThrow('SERVICEX_CALL_INVALID')
  })
})
