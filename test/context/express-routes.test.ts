import express, { type Express, Router } from 'express'
import { expect, test, vi } from 'vitest'
import { record } from './recorded.ts'
import { serve } from './servers.ts'

/** Builds an app; what it is asked for; the template that is to be named. */
type Case = readonly [title: string, build: (app: Express) => void, path: string, route: string]

const answer = (_request: unknown, response: { send(text: string): unknown }): void =>
  void response.send('ok')
const pass = (_request: unknown, _response: unknown, next: () => void): void => next()
const merged = (): Router => Router({ mergeParams: true })

const CASES: readonly Case[] = [
  ['a route', (app) => app.get('/users/:id', answer), '/users/7', '/users/:id'],
  ['the root', (app) => app.get('/', answer), '/', '/'],
  [
    'the root of a mounted router',
    (app) => app.use('/users', Router().get('/', answer)),
    '/users',
    '/users',
  ],
  [
    'a router mounted on a parameter',
    (app) => app.use('/orgs/:org', merged().get('/teams/:team', answer)),
    '/orgs/acme/teams/9',
    '/orgs/:org/teams/:team',
  ],
  [
    'routers within routers',
    (app) => app.use('/a/:a', merged().use('/b/:b', merged().get('/c/:c', answer))),
    '/a/1/b/2/c/3',
    '/a/:a/b/:b/c/:c',
  ],
  [
    'a router within a router that takes nothing off the path',
    (app) => app.use('/a/:a', merged().use(merged().get('/c/:c', answer))),
    '/a/1/c/3',
    '/a/:a/c/:c',
  ],
  [
    'a router below middleware on a part of its path',
    (app) => app.use('/api', pass).use('/api/users', Router().get('/:id', answer)),
    '/api/users/7',
    '/api/users/:id',
  ],
  [
    'a router below middleware on all of its path, as a parameter',
    (app) => app.use('/:tenant', pass).use('/users', Router().get('/:id', answer)),
    '/users/7',
    '/users/:id',
  ],
  [
    'a router beside another that had nothing for it',
    (app) =>
      app.use('/:kind', Router().get('/other', answer)).use('/users', Router().get('/:id', answer)),
    '/users/7',
    '/users/:id',
  ],
  [
    'a mounted app',
    (app) => app.use('/admin', express().use('/users', Router().get('/:id', answer))),
    '/admin/users/7',
    '/admin/users/:id',
  ],
  [
    'one of several paths',
    (app) => app.get(['/people/:id', '/users/:id'], answer),
    '/users/7',
    '/users/:id',
  ],
  ['a wildcard', (app) => app.get('/files/*path', answer), '/files/a/b', '/files/*path'],
  [
    'an optional part',
    (app) => app.use('/files{/:version}', Router().get('/:name', answer)),
    '/files/1/a',
    '/files{/:version}/:name',
  ],
  ['a regular expression', (app) => app.get(/^\/x(\d+)$/, answer), '/x7', '/^\\/x(\\d+)$/'],
  ['app.all', (app) => app.all('/any/:id', answer), '/any/7', '/any/:id'],
  [
    'the second of two routes, when the first passes on',
    (app) => app.get('/users/:id', pass).get('/users/:name', answer),
    '/users/7',
    '/users/:name',
  ],
  [
    'a path that has to be decoded',
    (app) => app.use('/orgs/:org', merged().get('/:team', answer)),
    '/orgs/a%20b/t%2Fx',
    '/orgs/:org/:team',
  ],
  [
    'a route of a router that a parameter callback precedes',
    (app) => {
      const router = merged().get('/:team', answer)
      router.param('team', (_request, _response, next) => next())
      app.use('/orgs/:org', router)
    },
    '/orgs/acme/9',
    '/orgs/:org/:team',
  ],
]

test.for(CASES)('Express names %s by its template', async ([, build, path, route]) => {
  const { requests } = record()
  const app = express()
  build(app)
  const origin = await serve(app)
  expect(await (await fetch(`${origin}${path}?q=1`)).text()).toBe('ok')
  await vi.waitFor(() => expect(requests).toHaveLength(1))
  expect(requests[0]?.route).toBe(route)
})

test('a request that only middleware has seen has no route', async () => {
  const { requests } = record()
  const origin = await serve(express().use('/users', pass).get('/users/:id/cards', answer))
  expect((await fetch(`${origin}/users/7`)).status).toBe(404)
  await vi.waitFor(() => expect(requests).toHaveLength(1))
  expect(requests[0]).toMatchObject({ route: undefined, name: 'GET', statusCode: 404 })
})
