import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { contract, implement, op } from 'servicex/contract'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { listen } from '../../fixtures/client/mounts.ts'
import { ID, IDS, serveBilling } from '../../fixtures/client/serve-billing.ts'

const NOTE = {
  method: 'PATCH',
  body: '{"note":"n"}',
  headers: { 'content-type': 'application/json' },
}

test('below a path of Express, beside its own routes and behind its body parser', async () => {
  const { routes, seen } = serveBilling()
  const app = express()
  app.use(express.json())
  app.use('/api', routes.express)
  app.get('/api/own', (_request, response) => void response.send('own'))
  const { url, close } = await listen(app)
  onTestFinished(close)
  expect((await fetch(`${url}/api/invoices/${ID}`)).status).toBe(200)
  expect(await (await fetch(`${url}/api/own`)).text()).toBe('own')
  expect((await fetch(`${url}/api/invoices/${ID}`, NOTE)).status).toBe(204)
  expect(seen.inputs.at(-1)).toEqual({ body: { note: 'n' } })
  expect((await fetch(`${url}/invoices/${ID}`)).status).toBe(404)
})

test('below a prefix of Fastify, with its hooks, and beside its own routes and parsers', async () => {
  const { routes, seen } = serveBilling()
  const app = fastify()
  onTestFinished(() => app.close())
  app.addHook('onSend', async (_request, reply) => void reply.header('x-app', 'yes'))
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers['x-key'] === 'wrong') await reply.code(401).send('no')
  })
  await app.register(routes.fastify, { prefix: '/api' })
  app.post('/own', (request) => request.body)
  const got = await app.inject(`/api/invoices/${ID}`)
  expect([got.statusCode, got.headers['x-app']]).toEqual([200, 'yes'])
  const refused = await app.inject({ url: `/api/invoices/${ID}`, headers: { 'x-key': 'wrong' } })
  expect(refused.statusCode).toBe(401)
  const patched = await app.inject({ ...NOTE, method: 'PATCH', url: `/api/invoices/${ID}` })
  expect(patched.statusCode).toBe(204)
  expect(seen.inputs.at(-1)).toEqual({ body: { note: 'n' } })
  const own = await app.inject({ ...NOTE, method: 'POST', url: '/own' })
  expect(own.json()).toEqual({ note: 'n' })
  const wrong = await app.inject({ ...NOTE, method: 'POST', url: `/api/invoices/${ID}` })
  expect([wrong.statusCode, wrong.headers.allow]).toEqual([
    405,
    'DELETE, GET, HEAD, OPTIONS, PATCH, PUT',
  ])
})

test('below a path of Hono, and as a function of the Fetch standard alone', async () => {
  const { routes, seen } = serveBilling()
  const app = new Hono().mount('/api', routes.fetch)
  expect((await app.request(`/api/invoices/${ID}`)).status).toBe(200)
  const response = await routes.fetch(new Request(`http://billing/invoices/${IDS.missing}`))
  expect(response.status).toBe(404)
  expect((await app.request(`/api/invoices/${ID}`, NOTE)).status).toBe(204)
  expect(seen.inputs.at(-1)).toEqual({ body: { note: 'n' } })
})

test('over HTTP/2', async () => {
  const { routes, seen } = serveBilling({ heartbeatMs: 20 })
  const server = createServer(routes.node as never).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => {
    session.destroy()
    server.close()
  })
  const got = session.request({ ':path': `/invoices/${ID}` })
  const [headers] = (await once(got, 'response')) as [Record<string, unknown>]
  expect(headers[':status']).toBe(200)
  const large = session.request({
    ':method': 'PUT',
    ':path': `/invoices/${ID}/pdf`,
    'content-type': 'application/pdf',
    'content-length': '3000000',
  })
  const [refused] = (await once(large, 'response')) as [Record<string, unknown>]
  expect(refused[':status']).toBe(413)
  const events = session.request({ ':path': `/invoices/${IDS.endless}/events` })
  await once(events, 'data')
  events.close()
  await expect.poll(() => seen.released, { timeout: 10_000 }).toEqual([IDS.endless])
})

test('handlers may be an object with a state of its own', async () => {
  class Counter {
    #count = 0
    next(): { n: number } {
      this.#count += 1
      return { n: this.#count }
    }
  }
  const counts = contract('counts', { next: op.post('/next', { ok: z.object({ n: z.int() }) }) })
  const { fetch: ask } = implement(counts, new Counter())
  await ask(new Request('http://counts/next', { method: 'POST' }))
  const second = await ask(new Request('http://counts/next', { method: 'POST' }))
  expect(await second.json()).toEqual({ n: 2 })
})

test('two versions are served side by side', async () => {
  const of = (version: number): ReturnType<typeof implement> =>
    implement(
      contract('counts', { read: op.get('/count', { ok: z.int() }) }, { version }),
      { read: () => version },
      { openapi: true },
    )
  const app = express().use(of(1).express, of(2).express)
  const { url, close } = await listen(app)
  onTestFinished(close)
  expect(await (await fetch(`${url}/count`)).json()).toBe(1)
  expect(await (await fetch(`${url}/v2/count`)).json()).toBe(2)
  expect(await (await fetch(`${url}/v2/openapi.json`)).json()).toMatchObject({
    info: { version: '2' },
  })
})

test('handlers that are not those of the contract are refused where no type tells', () => {
  const counts = contract('counts', { read: op.get('/count', { ok: z.int() }) })
  const handlers = { write: () => 1 } as never
  expect(() => implement(counts, handlers)).toThrow(
    /SERVICEX_CONTRACT_INVALID.*\n {2}read: has no handler\n {2}write: is no operation of the contract/,
  )
})
