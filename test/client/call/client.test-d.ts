import { client } from 'servicex/contract'
import { type ClientError, fake, type TransportCode } from 'servicex/client'
import { defineService } from 'servicex'
import { expectTypeOf, test } from 'vitest'
import { billing as contract } from '../../fixtures/client/billing.ts'
import { billing as generated, type Invoice } from '../../fixtures/client/clients/billing.js'

const direct = client(contract)

test('a result narrows by ok, and an error by its code', async () => {
  for (const billing of [generated, direct]) {
    const result = await billing.getInvoice({ id: 'x' })
    if (result.ok) {
      expectTypeOf(result.data.total).toEqualTypeOf<number>()
      expectTypeOf(result.data.issuedAt).toEqualTypeOf<string>()
      // @ts-expect-error a success has no error
      void result.error
      return
    }
    expectTypeOf(result.error).toExtend<ClientError>()
    expectTypeOf(result.error.code).toEqualTypeOf<
      'not_found' | 'archived' | 'merged' | TransportCode
    >()
    switch (result.error.code) {
      case 'archived':
        expectTypeOf(result.error.data.archivedAt).toEqualTypeOf<string>()
        expectTypeOf(result.error.status).toEqualTypeOf<410>()
        return
      case 'not_found':
        expectTypeOf(result.error.data).toEqualTypeOf<undefined>()
        return
      case 'merged':
      case 'unavailable':
      case 'deadline_exceeded':
      case 'overloaded':
      case 'cancelled':
      case 'bad_response':
      case 'undeclared':
        return
      default:
        // The set is closed.
        expectTypeOf(result.error).toEqualTypeOf<never>()
    }
  }
})

test('inputs are checked', () => {
  // @ts-expect-error id is absent
  void generated.getInvoice({})
  // @ts-expect-error id is absent
  void direct.getInvoice({})
  // @ts-expect-error input is absent
  void generated.getInvoice()
  // @ts-expect-error no such parameter
  void generated.getInvoice({ id: 'x', ids: 'y' })
  // @ts-expect-error another type
  void direct.findByNumber({ year: '2026', number: '1' })
  // @ts-expect-error no such operation
  void generated.payInvoice({})
  // @ts-expect-error no such operation
  void direct.payInvoice({})
  void generated.listInvoices()
  void direct.listInvoices()
  void direct.listInvoices({ state: ['open'] as const, limit: 3 })
  // @ts-expect-error not one of the texts
  void generated.listInvoices({ state: ['gone'] })
  void direct.createInvoice({ customerId: '1', lines: [] as readonly [] }, { deadline: '2s' })
  // @ts-expect-error no such option
  void direct.createInvoice({ customerId: '1', lines: [] }, { dead: '2s' })
  // @ts-expect-error no time
  void direct.createInvoice({ customerId: '1', lines: [] }, { deadline: 'soon' })
})

test('pages, events, files and empty replies', async () => {
  for await (const item of generated.listInvoices().items())
    expectTypeOf(item).toEqualTypeOf<Invoice>()
  for await (const event of direct.watchInvoice({ id: 'x' }))
    expectTypeOf(event.state).toEqualTypeOf<'open' | 'paid' | 'void'>()
  const file = await direct.getPdf({ id: 'x' }).orThrow()
  expectTypeOf(await file.bytes()).toEqualTypeOf<Uint8Array>()
  expectTypeOf(await generated.deleteInvoice({ id: 'x' }).orThrow()).toEqualTypeOf<undefined>()
  expectTypeOf(await direct.deleteInvoice({ id: 'x' }).orThrow()).toEqualTypeOf<undefined>()
  // @ts-expect-error no pages
  void generated.getInvoice({ id: 'x' }).items()
})

test('a fake has the types of its client', () => {
  const faked = fake(generated, {
    getInvoice: ({ id }, { fail }) => {
      expectTypeOf(id).toEqualTypeOf<string>()
      // @ts-expect-error no such code
      if (id === '1') fail('nope')
      // @ts-expect-error the data is absent
      if (id === '2') fail('archived')
      if (id === '3') fail('unavailable')
      return fail('not_found')
    },
    // @ts-expect-error not what the operation gives
    deleteInvoice: () => 7,
  })
  expectTypeOf(faked.calls.getInvoice[0]?.id).toEqualTypeOf<string | undefined>()
  // @ts-expect-error no such operation
  fake(generated, { payInvoice: () => 1 })
  fake(generated, { watchInvoice: () => [{ state: 'open', at: 'x' }] })
})

test('a client says whose it is', () => {
  defineService({ uses: [generated, direct] })
})
