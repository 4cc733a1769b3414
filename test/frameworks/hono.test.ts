import { describe, expect, test } from 'vitest'
import { expectCorrelated } from '../../src/testing/index.ts'
import { correlateFixture, toCommand, toFailure } from './fixture.ts'

const ROUTERS = ['default', 'regexp', 'trie', 'linear', 'pattern']

describe('Hono', () => {
  test('the signals of every request agree, wherever it ends', async () => {
    const results = await correlateFixture('hono.ts', [
      { path: '/throws/middleware/7', route: '/throws/middleware/:id', ...toFailure() },
      { method: 'HEAD', path: '/users/7', status: 200, route: '/users/:id', errorType: '' },
    ])
    expect(results).toHaveLength(10)
  })

  test('routes and errors are those of the handler that ran, with each router, in apps made before init()', async () => {
    const results = await expectCorrelated({
      ...toCommand('hono-routers.ts'),
      ok: false,
      notFound: false,
      more: ROUTERS.flatMap((router) =>
        [
          { path: '/users/7', status: 200, route: '/users/:id' },
          { method: 'HEAD', path: '/users/7', status: 200, route: '/users/:id' },
          { path: '/orgs/acme/teams/9', status: 200, route: '/orgs/:org/teams/:team' },
          {
            path: '/orgs/acme/teams/9/fails',
            route: '/orgs/:org/teams/:team/fails',
            ...toFailure(),
          },
          { path: '/guarded/7', status: 401, route: '/guarded/:id', errorType: '' },
          {
            path: '/pages/me',
            status: 200,
            route: router === 'regexp' ? '/pages/:id' : '/pages/me',
          },
          { path: '/any/7', status: 200, route: '/any/:id' },
          { path: '/breaks/7', route: '/breaks/:id', ...toFailure() },
          { path: '/nothing/here', status: 404, route: 'unmatched' },
        ].map((request) => ({ ...request, headers: { 'x-router': router } })),
      ),
    })
    expect(results).toHaveLength(9 * ROUTERS.length)
  })

  test('an app that requires Hono is seen as well', async () => {
    const results = await expectCorrelated({
      ...toCommand('hono-required.cjs'),
      ok: { path: '/users/7', route: '/users/:id' },
      failing: { path: '/fails/7', route: '/fails/:id', errorType: 'RangeError' },
      more: [{ path: '/early/7', status: 200, route: '/early/:id' }],
    })
    expect(results).toHaveLength(4)
  })
})
