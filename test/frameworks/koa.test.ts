import { expect, test } from 'vitest'
import { correlateFixture, toFailure } from './fixture.ts'

test('Koa 3: the signals of every request agree, wherever it ends', async () => {
  const results = await correlateFixture('koa.ts', [
    { path: '/throws/app-middleware', route: 'unmatched', ...toFailure() },
    { path: '/throws/middleware/7', route: '/throws/middleware/:id', ...toFailure() },
    { path: '/refuses/7', status: 402, route: '/refuses/:id', errorType: '', errorEvents: 0 },
    { path: '/users/me', status: 200, route: '/users/me', errorType: '' },
    { method: 'HEAD', path: '/users/7', status: 200, route: '/users/:id', errorType: '' },
    { method: 'DELETE', path: '/users/7', status: 405, route: 'unmatched', errorType: '' },
  ])
  expect(results).toHaveLength(14)
})
