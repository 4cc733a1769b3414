import { expect, test } from 'vitest'
import { correlateFixture, toFailure } from './fixture.ts'

test('Fastify 5: the signals of every request agree, wherever it ends', async () => {
  const refusal = { status: 400, errorType: '', errorEvents: 0 }
  const results = await correlateFixture('fastify.ts', [
    { path: '/throws/on-request/7', route: '/throws/on-request/:id', ...toFailure() },
    { path: '/throws/pre-handler/7', route: '/throws/pre-handler/:id', ...toFailure() },
    { path: '/throws/on-send/7', route: '/throws/on-send/:id', ...toFailure() },
    { path: '/refuses/x', route: '/refuses/:id', ...refusal },
    {
      method: 'POST',
      path: '/parses/7',
      headers: { 'content-type': 'application/json' },
      body: '{',
      route: '/parses/:id',
      ...refusal,
    },
    { method: 'HEAD', path: '/users/7', status: 200, route: '/users/:id', errorType: '' },
  ])
  expect(results.at(-3)?.accessLine['error']).toMatchObject({ code: 'FST_ERR_VALIDATION' })
})
