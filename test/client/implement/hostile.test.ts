import { connect } from 'node:net'
import { contract, file, implement, op } from 'servicex/contract'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { listen } from '../../fixtures/client/mounts.ts'
import { ID, serveBilling } from '../../fixtures/client/serve-billing.ts'

/** Sends bytes as they are and resolves with all that comes back. */
function exchange(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let reply = ''
    socket.on('data', (chunk) => (reply += chunk.toString()))
    socket.on('close', () => resolve(reply)).on('error', reject)
    socket.end(text)
  })
}

const names = contract('names', {
  read: op.get('/names/{name}', {
    params: z.object({ name: z.string() }),
    query: z.looseObject({ flag: z.boolean().optional() }),
    headers: z.object({ constructor: z.string().optional() }),
    ok: z.record(z.string(), z.unknown()),
  }),
  latest: op.get('/names/latest', { ok: z.string() }),
})
const echo = implement(names, {
  read: ({ params, query, headers }) => ({ ...params, ...query, ...headers }),
  latest: () => 'fixed text goes before a parameter',
})

test.for([
  ['/names/..', 400],
  ['/names/%2e%2e', 400],
  ['/names/%2E', 400],
  ['/names/%', 400],
  ['/names/%ff', 400],
  ['/names/', 404],
  ['//names/a', 404],
  ['/names/a/', 404],
  ['/names/a%2Fb', 200],
  ['/names/%00', 200],
  ['http://billing/names/a?flag=true', 200],
] as const)('the path %s is answered with %i', async ([path, status]) => {
  const { url, close } = await listen(echo.node)
  onTestFinished(close)
  const reply = await exchange(url, `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
  expect(reply.split(' ')[1]).toBe(String(status))
})

test('fixed text goes before a parameter', async () => {
  const response = await echo.fetch(new Request('http://names/names/latest'))
  expect(await response.json()).toBe('fixed text goes before a parameter')
})

test('names of prototypes are names like any other', async () => {
  const { url, close } = await listen(echo.node)
  onTestFinished(close)
  const response = await fetch(`${url}/names/a?__proto__=x&constructor=y&toString=z`)
  expect(await response.json()).toEqual({ name: 'a', constructor: 'y', toString: 'z' })
})

test('requests on one connection are answered in order, after a refusal as well', async () => {
  const { routes } = serveBilling()
  const { url, close } = await listen(routes.node)
  onTestFinished(close)
  const wrong = `POST /invoices HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello`
  const right = `GET /invoices/${ID} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`
  const reply = await exchange(url, `${wrong}${right}`)
  expect(reply.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 415', 'HTTP/1.1 200'])
})

test('a body that is cut is no request', async () => {
  const { routes, seen } = serveBilling()
  const { url, close } = await listen(routes.node)
  onTestFinished(close)
  const head =
    'POST /invoices HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n'
  await exchange(url, `${head}{"customerId":"7","lines":[{"text":"a","cents":1}]}`)
  expect(seen.inputs).toEqual([])
})

test('a handler cannot write a header of its own making', async () => {
  const files = contract('files', { read: op.get('/file', { ok: file('text/plain') }) })
  const sent = [
    { content: 'a', contentType: 'text/plain; x=1\r\nset-cookie: a=b' },
    { content: 'a', contentType: 'text/html' },
    { content: 'a', fileName: '"\r\nset-cookie: a=b\ud800' },
    { content: 7 as never },
  ]
  const { fetch: ask } = implement(files, { read: () => sent.shift() ?? { content: '' } })
  const statuses = []
  for (let at = 0; at < 4; at += 1) {
    const response = await ask(new Request('http://files/file'))
    expect(response.headers.get('set-cookie')).toBeNull()
    statuses.push(response.status)
  }
  expect(statuses).toEqual([500, 500, 200, 500])
})

test('the message of a rule shows no value', async () => {
  const rules = contract('rules', {
    check: op.post('/check', {
      body: z.object({
        card: z.string().refine(() => false, { error: ({ input }) => `bad card ${String(input)}` }),
        pin: z.number().refine(() => false, { error: ({ input }) => `bad pin ${String(input)}` }),
        plain: z.string().refine(() => false, 'is no VAT number'),
        keys: z.record(z.string().max(3), z.string()),
      }),
      ok: 204,
    }),
  })
  const { fetch: ask } = implement(rules, { check: () => {} })
  const body = JSON.stringify({
    card: '4111111111111111',
    pin: 9182,
    plain: 'x',
    keys: { [`a${'b'.repeat(99)}`]: '' },
  })
  const response = await ask(
    new Request('http://rules/check', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    }),
  )
  const text = await response.text()
  expect(response.status).toBe(400)
  expect(text).not.toMatch(/4111|9182|b{65}/)
  expect(text).toContain('is no VAT number')
})

test('a hundred issues are told of in a reply of twenty', async () => {
  const many = contract('many', { sum: op.post('/sum', { body: z.array(z.int()), ok: 204 }) })
  const { fetch: ask } = implement(many, { sum: () => {} })
  const body = JSON.stringify(Array.from({ length: 100 }, () => 'x'))
  const response = await ask(
    new Request('http://many/sum', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    }),
  )
  const problem = (await response.json()) as { issues: []; moreIssues: number }
  expect([problem.issues.length, problem.moreIssues]).toEqual([20, 80])
})

test('what a codec cannot decode is a wrong request', async () => {
  const numbers = contract('numbers', {
    add: op.post('/add', {
      body: z.codec(z.string(), z.bigint(), { decode: BigInt, encode: String }),
      ok: 204,
    }),
  })
  const { fetch: ask } = implement(numbers, { add: () => {} })
  const headers = { 'content-type': 'application/json' }
  const send = (body: string): Promise<Response> =>
    ask(new Request('http://numbers/add', { method: 'POST', body, headers }))
  expect((await send('"12"')).status).toBe(204)
  const wrong = await send('"twelve"')
  expect(await wrong.json()).toMatchObject({ status: 400, issues: [{ path: 'body' }] })
})

test.for([
  ['{"a":{"__proto__":{"x":1}}}', 400],
  [String.raw`{"a":[{"\u005f_proto__":{}}]}`, 400],
  ['{"a":"__proto__","proto":1}', 204],
  ['{"a":"\ud800"}', 204],
] as const)('where any JSON is taken, %s is answered with %i', async ([body, status]) => {
  const anything = contract('any', { put: op.put('/any', { body: z.json(), ok: 204 }) })
  const { fetch: ask } = implement(anything, { put: () => {} })
  const headers = { 'content-type': 'application/json' }
  const response = await ask(new Request('http://any/any', { method: 'PUT', body, headers }))
  expect(response.status).toBe(status)
})

test('text that is not UTF-8 is no JSON', async () => {
  const anything = contract('any', { put: op.put('/any', { body: z.json(), ok: 204 }) })
  const { fetch: ask } = implement(anything, { put: () => {} })
  const body = Buffer.from([0x22, 0xff, 0x22])
  const headers = { 'content-type': 'application/json' }
  const response = await ask(new Request('http://any/any', { method: 'PUT', body, headers }))
  expect(response.status).toBe(400)
})

test('a handler that does not heed its time is not waited for', async () => {
  const slow = contract('slow', { wait: op.get('/wait', { ok: z.int() }) })
  const { promise: never } = Promise.withResolvers<number>()
  const { fetch: ask } = implement(slow, { wait: () => never })
  const headers = { 'x-request-timeout-ms': '20' }
  const response = await ask(new Request('http://slow/wait', { headers }))
  expect(response.status).toBe(504)
})

test('rules that take time are waited for', async () => {
  const slow = contract('slow', {
    check: op.post('/check', {
      body: z.string().refine(async (text) => Promise.resolve(text === 'right')),
      ok: 204,
    }),
  })
  const { fetch: ask } = implement(slow, { check: () => {} })
  const send = async (body: string): Promise<number> => {
    const headers = { 'content-type': 'application/json' }
    return (await ask(new Request('http://slow/check', { method: 'POST', body, headers }))).status
  }
  expect([await send('"right"'), await send('"wrong"')]).toEqual([204, 400])
})
