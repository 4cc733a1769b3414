import {
  type Contract,
  contract,
  file,
  type HandlerInput,
  implement,
  op,
  type OperationTable,
  page,
  type ReceivedFile,
} from 'servicex/contract'
import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { billing } from '../../fixtures/client/billing.ts'
import { users } from '../../fixtures/client/users.ts'

type Input<Name extends keyof (typeof billing)['operations']> = HandlerInput<
  (typeof billing)['operations'][Name]['spec']
>

const user = { id: '1', name: 'Ada' }

describe('contract', () => {
  test('keeps the names of its operations, and is a contract like any other', () => {
    expectTypeOf<keyof (typeof users)['operations']>().toEqualTypeOf<'getUser'>()
    expectTypeOf(users).toExtend<Contract>()
    expectTypeOf(billing.operations).toExtend<OperationTable>()
  })

  test('GET and HEAD take no body', () => {
    // @ts-expect-error a body
    op.get('/a', { body: z.string() })
    // @ts-expect-error a body
    op.head('/a', { body: z.string() })
    op.delete('/a', { body: z.string() })
  })

  test('a spec has no members of its own making', () => {
    // @ts-expect-error no such member
    op.get('/a', { result: z.string() })
    // @ts-expect-error the query is an object
    op.get('/a', { query: z.string() })
    // @ts-expect-error a status is a number
    op.get('/a', { errors: { gone: '410' } })
    // @ts-expect-error a length of time has a unit
    op.get('/a', { timeout: '5 minutes' })
    // @ts-expect-error a size has a unit
    file('application/pdf', '20')
  })
})

describe('a handler', () => {
  test('is given what the contract declares, decoded', () => {
    expectTypeOf<Input<'getInvoice'>['params']>().toEqualTypeOf<{ id: string }>()
    expectTypeOf<Input<'listInvoices'>['query']>().toEqualTypeOf<{
      cursor?: string | undefined
      limit: number
      state?: ('open' | 'paid' | 'void')[] | undefined
      overdue?: boolean | undefined
    }>()
    expectTypeOf<Input<'listInvoices'>['headers']>().toEqualTypeOf<{
      'x-tenant'?: string | undefined
    }>()
    expectTypeOf<Input<'findByNumber'>['params']>().toEqualTypeOf<{
      year: number
      number: string
    }>()
    expectTypeOf<Input<'patchInvoice'>['body']>().toEqualTypeOf<{ note: string | null }>()
    expectTypeOf<Input<'putPdf'>['body']>().toEqualTypeOf<ReceivedFile>()
    expectTypeOf<Input<'getInvoice'>['body']>().toEqualTypeOf<undefined>()
    expectTypeOf<Input<'getInvoice'>['signal']>().toEqualTypeOf<AbortSignal>()
  })

  test('fails with the codes that are declared, and their data', () => {
    const fail = null as unknown as Input<'getInvoice'>['fail']
    expectTypeOf(() => fail('not_found')).returns.toBeNever()
    fail('archived', { archivedAt: '2026-11-22T10:00:00Z' })
    // @ts-expect-error no such code
    fail('quota')
    // @ts-expect-error the data is missing
    fail('archived')
    // @ts-expect-error the data is another's
    fail('archived', { into: 'x' })
    // @ts-expect-error there is no data
    fail('not_found', {})
    const none = null as unknown as Input<'listInvoices'>['fail']
    // @ts-expect-error no error is declared
    none('not_found')
  })

  test('gives what the contract declares', () => {
    implement(users, { getUser: () => user })
    implement(users, { getUser: async () => Promise.resolve(user) })
    implement(users, { getUser: ({ fail }) => fail('not_found') })
    // @ts-expect-error the name is missing
    implement(users, { getUser: () => ({ id: '1' }) })
    // @ts-expect-error the id is text
    implement(users, { getUser: () => ({ id: 1, name: 'Ada' }) })
    // @ts-expect-error nothing is given
    implement(users, { getUser: () => {} })
  })

  test('gives pages, events, files and nothing as they are declared', () => {
    const kinds = contract('kinds', {
      list: op.get('/a', {
        query: z.object({ cursor: z.string().optional() }),
        ok: page(z.object({ n: z.int() })),
      }),
      watch: op.get('/b', { events: z.object({ n: z.int() }) }),
      read: op.get('/c', { ok: file('text/csv') }),
      drop: op.delete('/d', { ok: 204 }),
      bare: op.post('/e', {}),
    })
    const right = {
      list: () => ({ items: [{ n: 1 }], nextCursor: 'x' }),
      async *watch() {
        yield { data: { n: 1 }, id: '1' }
      },
      read: () => ({ content: 'a,b' }),
      drop: () => {},
      bare: async () => {},
    }
    implement(kinds, right)
    // @ts-expect-error an item is missing its member
    implement(kinds, { ...right, list: () => ({ items: [{}] }) })
    const bare = async function* watch(): AsyncGenerator<{ n: number }> {
      yield { n: 1 }
    }
    // @ts-expect-error events stand in their envelope
    implement(kinds, { ...right, watch: bare })
    // @ts-expect-error a file has content
    implement(kinds, { ...right, read: () => ({ name: 'a.csv' }) })
    // @ts-expect-error nothing comes back
    implement(kinds, { ...right, drop: () => 'done' })
  })
})

describe('implement', () => {
  test('wants every operation, and none besides', () => {
    // @ts-expect-error getUser is missing
    implement(users, {})
    // @ts-expect-error dropUser is none
    implement(users, { getUser: () => user, dropUser: () => {} })
    // @ts-expect-error the name is another
    implement(users, { getUsers: () => user })
  })
})
