import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { Problem } from '../../../src/convention/problem.ts'
import { MOUNTS } from '../../fixtures/client/mounts.ts'
import { ID, IDS, ISSUED_AT } from '../../fixtures/client/serve-billing.ts'
import { serveMount } from './serve-mount.ts'

const LINE = { text: 'a pen', cents: 100 }

describe.for(MOUNTS)('mounted by %s', (mount) => {
  const { ask, send, seen, url } = serveMount(mount)

  test('a reply is what the contract says, and nothing else', async () => {
    const response = await ask(`/invoices/${ID}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
    expect(response.headers.get('etag')).toBeNull()
    expect(await response.json()).toEqual({
      id: ID,
      customerId: '7',
      total: 4_200,
      state: 'open',
      issuedAt: ISSUED_AT,
      note: null,
      lines: [{ text: 'a book', cents: 4_200 }],
      tags: ['new'],
    })
  })

  test('a declared error has its status, its code and its data', async () => {
    const missing = await ask(`/invoices/${IDS.missing}`)
    expect(missing.status).toBe(404)
    expect(missing.headers.get('content-type')).toMatch(/^application\/problem\+json\b/)
    expect(await missing.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'not_found',
    })
    const archived = await ask(`/invoices/${IDS.archived}`)
    expect(await archived.json()).toMatchObject({
      status: 410,
      code: 'archived',
      data: { archivedAt: ISSUED_AT },
    })
  })

  test('text of path, query and headers arrives as what it stands for', async () => {
    await ask('/invoices?limit=5&overdue=true&state=open&state=paid', {
      headers: { 'x-tenant': 'acme' },
    })
    expect(seen.inputs.at(-1)).toEqual({
      query: { limit: 5, overdue: true, state: ['open', 'paid'] },
      headers: { 'x-tenant': 'acme' },
    })
    await ask('/invoices?state=void')
    expect(seen.inputs.at(-1)).toMatchObject({ query: { limit: 20, state: ['void'] } })
    const old = await ask('/years/2026/invoices/A%2F1%20b')
    expect(seen.inputs.at(-1)).toEqual({ params: { year: 2026, number: 'A/1 b' } })
    expect(old.headers.get('deprecation')).toBe('@0')
    expect(old.headers.get('sunset')).toBe('Sun, 31 Jan 2027 00:00:00 GMT')
  })

  test('a body arrives checked, with the key of its caller', async () => {
    const response = await send(
      'POST',
      '/invoices',
      { customerId: ' 7 ', lines: [LINE] },
      { 'idempotency-key': 'k-1' },
    )
    expect(response.status).toBe(201)
    expect(seen.inputs.at(-1)).toEqual({
      body: { customerId: '7', lines: [LINE] },
      idempotencyKey: 'k-1',
    })
    const full = await send('POST', '/invoices', { customerId: '7', lines: [LINE, LINE, LINE] })
    expect(await full.json()).toMatchObject({ status: 422, code: 'quota', data: { limit: 2 } })
  })

  test('what is wrong with a request is said with its place, and never its value', async () => {
    const response = await send('POST', '/invoices', {
      customerId: 4_711_000,
      lines: [{ text: 'secret-text-9'.repeat(40), cents: 1.5 }],
      note: 'n',
      'secret-member': 1,
    })
    expect(response.status).toBe(400)
    const text = await response.text()
    const { code, issues } = JSON.parse(text) as Problem
    expect(code).toBe('invalid_request')
    expect(issues?.map(({ path }) => path)).toEqual([
      'body.customerId',
      'body.lines[0].text',
      'body.lines[0].cents',
      'body',
    ])
    expect(text).not.toMatch(/4711000|secret/)
    const path = await ask('/invoices/not-a-uuid?x=1')
    expect(await path.json()).toMatchObject({ status: 400, issues: [{ path: 'params.id' }] })
    const query = await ask('/invoices?limit=0&limit=2&overdue=maybe')
    const found = (await query.json()) as Problem
    expect(found.issues?.map((issue) => issue.path)).toEqual(['query.limit', 'query.overdue'])
  })

  test.for([
    ['no JSON', '{"customerId":', 400],
    ['no body', '', 400],
    ['a name twice', '{"customerId":"7","customerId":"8","lines":[]}', 400],
    ['too deep', '['.repeat(65) + ']'.repeat(65), 400],
    ['a prototype', '{"customerId":"7","lines":[{"__proto__":{"text":"x"}}]}', 400],
    ['an escaped prototype', String.raw`{"lines":[{"\u005f_proto__":{"text":"x"}}]}`, 400],
    ['more than 1 MiB', `"${'x'.repeat(1_048_576)}"`, 413],
  ] as const)('a body of %s is refused with its status', async ([, body, status]) => {
    const response = await send('POST', '/invoices', body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json\b/)
    expect(await response.json()).toMatchObject({
      status,
      code: status === 413 ? 'body_too_large' : 'invalid_request',
    })
  })

  test('a body of another type, charset or coding is refused with 415', async () => {
    const body = JSON.stringify({ customerId: '7', lines: [LINE] })
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
    ]
    for (const type of types) {
      const response = await send('POST', '/invoices', body, { 'content-type': type })
      expect(response.status).toBe(415)
      expect(await response.json()).toMatchObject({ code: 'unsupported_media_type' })
    }
    const coded = await send('POST', '/invoices', body, { 'content-encoding': 'gzip' })
    expect(coded.status).toBe(415)
    const suffix = await send('POST', '/invoices', body, {
      'content-type': 'application/vnd.acme+json;charset="UTF-8"',
    })
    expect(suffix.status).toBe(201)
  })

  test('a body of unknown length is refused as soon as it is too long', async () => {
    expect(await sendEndlessly(`${url()}/invoices`)).toBe(413)
  })

  test('an operation without a reply answers without a body', async () => {
    const patched = await send('PATCH', `/invoices/${ID}`, { note: null })
    expect(patched.status).toBe(204)
    expect(await patched.text()).toBe('')
    const deleted = await ask(`/invoices/${ID}`, { method: 'DELETE' })
    expect(deleted.status).toBe(204)
    const missing = await ask(`/invoices/${IDS.missing}`, { method: 'DELETE' })
    expect(missing.status).toBe(404)
  })

  test('a page leads to the next one', async () => {
    const first = (await (await ask('/invoices')).json()) as { items: []; nextCursor: string }
    expect(first).toMatchObject({ items: [{ id: ID }], nextCursor: 'last' })
    const last = await ask(`/invoices?cursor=${first.nextCursor}`)
    expect(await last.json()).toEqual({ items: [] })
  })

  test('a path without the method lists those it has', async () => {
    const response = await ask(`/invoices/${ID}`, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, PATCH, PUT')
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' })
    const options = await ask(`/invoices/${ID}`, { method: 'OPTIONS' })
    expect(options.status).toBe(204)
    expect(options.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, PATCH, PUT')
  })

  test('HEAD is GET without a body', async () => {
    const got = await ask(`/invoices/${ID}`)
    const head = await ask(`/invoices/${ID}`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(got.headers.get('content-length'))
    expect(await head.text()).toBe('')
    const missing = await ask(`/invoices/${IDS.missing}`, { method: 'HEAD' })
    expect(missing.status).toBe(404)
    const released = seen.released.length
    const events = await ask(`/invoices/${IDS.endless}/events`, { method: 'HEAD' })
    expect(events.headers.get('content-type')).toBe('text/event-stream')
    expect(seen.released).toHaveLength(released)
  })

  test('a path that is none of the contract answers 404', async () => {
    const response = await ask('/nothing')
    expect(response.status).toBe(404)
    for (const path of [`/invoices/${ID}/`, '/Invoices', '//invoices', '/invoices/'])
      expect((await ask(path)).status).toBe(404)
  })
})

/** Sends a body without an end until there is a reply; resolves with its status. */
function sendEndlessly(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const chunk = Buffer.alloc(65_536, 'x')
    const headers = { 'content-type': 'application/json' }
    const outgoing = request(url, { method: 'POST', headers }, (response) => {
      resolve(response.statusCode)
      outgoing.destroy()
    })
    const write = (error?: Error | null): void => {
      if (error === undefined || error === null) outgoing.write(chunk, write)
    }
    outgoing.on('error', reject)
    write()
  })
}
