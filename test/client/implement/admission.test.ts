import { expect, test } from 'vitest'
import { contract, implement, op } from 'servicex/contract'
import * as z from 'zod'

const slow = contract('slow', {
  wait: op.get('/wait/{id}', {
    params: z.object({ id: z.string() }),
    ok: z.object({ id: z.string() }),
  }),
})

test('a request beyond the bound is refused before its handler, and may be sent again elsewhere', async () => {
  const { ask, open, begun } = serve(2)
  const first = [ask('1'), ask('2')]
  const refused = await ask('3')
  expect(refused.status).toBe(503)
  expect(refused.headers.get('x-retry-safe')).toBe('1')
  expect(refused.headers.get('x-retry-pushback-ms')).toBeNull()
  expect(await refused.json()).toMatchObject({
    code: 'overloaded',
    detail: '2 requests are under way',
  })
  open()
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200])
  expect(begun).toEqual(['1', '2'])
})

test('one that has ended makes room', async () => {
  const { ask, open } = serve(1)
  open()
  for (const id of ['1', '2', '3']) expect((await ask(id)).status).toBe(200)
})

test('when more are refused than taken, callers are told not to try again', async () => {
  const { ask, open } = serve(1)
  const first = ask('1')
  const refused = await Promise.all([ask('2'), ask('3')])
  expect(refused.map(({ headers }) => headers.get('x-retry-pushback-ms'))).toEqual([null, '-1'])
  open()
  await first
})

function serve(maxInFlight: number) {
  const begun: string[] = []
  const gate = Promise.withResolvers<void>()
  const routes = implement(
    slow,
    {
      async wait({ params }) {
        begun.push(params.id)
        await gate.promise
        return params
      },
    },
    { maxInFlight },
  )
  const ask = async (id: string): Promise<Response> =>
    routes.fetch(new Request(`http://slow.test/wait/${id}`))
  return { ask, open: () => gate.resolve(), begun }
}
