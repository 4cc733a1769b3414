import { Readable } from 'node:stream'
import { contract, file, implement, op } from 'servicex/contract'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { MOUNTS } from '../../fixtures/client/mounts.ts'
import { ID, IDS, ISSUED_AT } from '../../fixtures/client/serve-billing.ts'
import { serveMount } from './serve-mount.ts'

describe.for(MOUNTS)('mounted by %s', (mount) => {
  const { ask, seen } = serveMount(mount)

  test('a file arrives whole, and no larger than is declared', async () => {
    const pdf = { 'content-type': 'application/pdf' }
    const put = (body: Uint8Array<ArrayBuffer>, headers = pdf): Promise<Response> =>
      ask(`/invoices/${ID}/pdf`, { method: 'PUT', body, headers })
    expect((await put(Buffer.alloc(1_000_000))).status).toBe(204)
    expect(seen.inputs.at(-1)).toEqual({ bytes: 1e6, type: 'application/pdf', size: 1e6 })
    const large = await put(Buffer.alloc(2_000_001)).catch((error: unknown) => error as Error)
    if (large instanceof Response) expect(large.status).toBe(413)
    expect((await put(Buffer.alloc(1), { 'content-type': 'image/png' })).status).toBe(415)
  })

  test('a file is sent with its type, its length and its name', async () => {
    const response = await ask(`/invoices/${ID}/pdf`)
    expect(await response.text()).toBe('%PDF-1.7')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': '8',
      'content-disposition': `attachment; filename="a _b_ _.pdf"; filename*=UTF-8''a%20%22b%22%20%C3%BC.pdf`,
      'x-content-type-options': 'nosniff',
    })
    expect((await ask(`/invoices/${IDS.missing}/pdf`)).status).toBe(404)
  })

  test('a file that breaks off is no whole reply', async () => {
    const read = async (): Promise<string> => (await ask(`/invoices/${IDS.breaks}/pdf`)).text()
    await expect(read()).rejects.toThrow()
  })

  test('events have their ids, go on behind the last one seen, and say that they end', async () => {
    const all = await (await ask(`/invoices/${ID}/events`)).text()
    const data = `data: {"state":"open","at":"${ISSUED_AT}"}\n\n`
    expect(all).toBe(`:\n\nid: 1\n${data}id: 2\n${data}id: 3\n${data}event: end\ndata: \n\n`)
    const rest = await ask(`/invoices/${ID}/events`, { headers: { 'last-event-id': '2' } })
    expect(await rest.text()).toContain(`:\n\nid: 3\n${data}event: end`)
    const missing = await ask(`/invoices/${IDS.missing}/events`)
    expect(missing.status).toBe(404)
  })

  test('events that break off later say so in the stream', async () => {
    const text = await (await ask(`/invoices/${IDS.throws}/events`)).text()
    expect(text).toContain('event: problem\ndata: {"type":"about:blank"')
    expect(text).toContain('"code":"internal"')
    expect(text).not.toContain('the stream broke')
  })

  test('an idle stream has heartbeats, and its handler ends when the reader leaves', async () => {
    const controller = new AbortController()
    const response = await ask(`/invoices/${IDS.endless}/events`, { signal: controller.signal })
    let text = ''
    const before = seen.released.filter((id) => id === IDS.endless).length
    const read = async (): Promise<void> => {
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString()
        if (text.split(':\n\n').length > 3) controller.abort()
      }
    }
    await expect(read()).rejects.toThrow()
    await expect
      .poll(() => seen.released.filter((id) => id === IDS.endless).length, { timeout: 10_000 })
      .toBe(before + 1)
    expect(seen.aborted.at(-1)).toBe('AbortError')
  })
})

test('a stream that waits for its reader ends with it', async () => {
  const ticks = contract('ticks', { tick: op.get('/ticks', { events: z.int() }) })
  const { promise: released, resolve: release } = Promise.withResolvers<string>()
  const { fetch: ask } = implement(ticks, {
    async *tick() {
      try {
        for (let data = 0; ; data += 1) yield await Promise.resolve({ data })
      } finally {
        release('released')
      }
    },
  })
  const { body } = await ask(new Request('http://ticks/ticks'))
  const reader = body?.getReader()
  await reader?.read()
  await reader?.read()
  await reader?.cancel()
  expect(await released).toBe('released')
})

test('a stream that nobody begins to read is let go', async () => {
  const files = contract('files', { read: op.get('/file', { ok: file('text/plain') }) })
  const content = Readable.from([Buffer.from('a')])
  const { fetch: ask } = implement(files, { read: () => ({ content }) })
  const head = await ask(new Request('http://files/file', { method: 'HEAD' }))
  expect(head.body).toBeNull()
  expect(content.destroyed).toBe(true)
})
