import { expect, test } from 'vitest'
import { correlateFixture, toFailure } from './fixture.ts'

test('Express 5: the signals of every request agree, wherever it ends', async () => {
  const results = await correlateFixture('express.ts', [
    {
      path: '/orgs/acme/units/3/teams/9',
      status: 200,
      route: '/orgs/:org/units/:unit/teams/:team',
    },
    { path: '/throws/middleware/7', route: 'unmatched', ...toFailure() },
    { path: '/throws/next/7', route: '/throws/next/:id', ...toFailure() },
    { path: '/throws/param/7', route: '/throws/param/:bad', ...toFailure() },
    { path: '/refuses/7', status: 402, route: '/refuses/:id', errorType: '', errorEvents: 0 },
    { path: '/handled/7', status: 409, route: '/handled/:id', errorType: '', errorEvents: 0 },
    { path: '/users/%E0%A4%A', status: 400, route: 'unmatched', errorType: '' },
    { method: 'HEAD', path: '/users/7', status: 200, route: '/users/:id', errorType: '' },
    { path: '/files/a/b.txt', status: 200, route: '/files/*path', errorType: '' },
  ])
  expect(results).toHaveLength(17)
})
