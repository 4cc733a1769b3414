import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ClientError } from 'servicex/client'
import type { BillingClient } from '../../fixtures/client/clients/billing.js'
import { type Mount, MOUNTS, serveBy, type Served } from '../../fixtures/client/mounts.ts'
import { ID, IDS, ISSUED_AT, type Seen, serveBilling } from '../../fixtures/client/serve-billing.ts'
import { CLIENTS } from './clients.ts'

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

const CASES = MOUNTS.flatMap((mount) =>
  (['generated', 'direct'] as const).map((kind) => ({ mount, kind })),
)
/** However busy the machine is. */
const SOON = { timeout: 10_000 }

const LINE = { text: 'a pen', cents: 100 }

describe.for(CASES)('a $kind client of a contract mounted by $mount', ({ mount, kind }) => {
  let served: Served
  let seen: Seen
  let billing: BillingClient

  beforeAll(async () => {
    const made = serveBilling({ heartbeatMs: 50 })
    seen = made.seen
    served = await serveBy(mount satisfies Mount, made.routes)
    billing = CLIENTS[kind]({ baseUrl: served.url, deadline: '20s' })
  })
  afterAll(() => served.close())

  test('a call gives the data, with codecs as they stand on the wire', async () => {
    const result = await billing.getInvoice({ id: ID })
    expect(result).toMatchObject({
      ok: true,
      status: 200,
      data: { id: ID, total: 4_200, state: 'open', issuedAt: ISSUED_AT, note: null, tags: ['new'] },
    })
    expect(await billing.getInvoice({ id: ID }).orThrow()).toEqual(result.ok && result.data)
  })

  test('a declared error has its code, its status and its data', async () => {
    const missing = await billing.getInvoice({ id: IDS.missing })
    expect(missing).toMatchObject({ ok: false, error: { code: 'not_found', status: 404 } })
    const archived = await billing.getInvoice({ id: IDS.archived })
    expect(archived.ok).toBe(false)
    if (!archived.ok && archived.error.code === 'archived')
      expect(archived.error.data.archivedAt).toBe(ISSUED_AT)
    else expect.unreachable()
    const merged = await billing.getInvoice({ id: IDS.merged })
    expect(merged).toMatchObject({ error: { code: 'merged', status: 410, data: { into: ID } } })
    await expect(billing.getInvoice({ id: IDS.missing }).orThrow()).rejects.toSatisfy(
      (error) => ClientError.is(error) && error.message.startsWith('billing.getInvoice: not_found'),
    )
  })

  test('a body is sent, with a key that names the call, and 201 is a success', async () => {
    const lines = [LINE]
    const result = await billing.createInvoice({ customerId: '7', lines })
    expect(result).toMatchObject({ ok: true, status: 201, data: { customerId: '7', lines } })
    expect(seen.inputs.at(-1)).toMatchObject({
      body: { customerId: '7', lines },
      idempotencyKey: expect.stringMatching(/^[\da-f-]{36}$/) as string,
    })
    await billing.createInvoice({ customerId: '7', lines }, { idempotencyKey: 'mine' })
    expect(seen.inputs.at(-1)).toMatchObject({ idempotencyKey: 'mine' })
    const refused = await billing.createInvoice({ customerId: '7', lines: [LINE, LINE, LINE] })
    expect(refused).toMatchObject({ error: { code: 'quota', status: 422, data: { limit: 2 } } })
  })

  test('input that the provider refuses is undeclared, with what is wrong and not the value', async () => {
    const result = await billing.createInvoice({ customerId: 'my-secret', lines: [] })
    expect(result).toMatchObject({ error: { code: 'undeclared', status: 400, retryable: false } })
    expect(!result.ok && result.error.message).toContain('invalid_request')
    expect(!result.ok && result.error.message).toContain('body.lines')
    expect(!result.ok && result.error.message).not.toContain('my-secret')
  })

  test('query and header parameters arrive as what they are', async () => {
    await billing.listInvoices({
      limit: 5,
      state: ['open', 'paid'],
      overdue: true,
      'x-tenant': 'a&b',
    })
    expect(seen.inputs.at(-1)).toMatchObject({
      query: { limit: 5, state: ['open', 'paid'], overdue: true },
      headers: { 'x-tenant': 'a&b' },
    })
    await billing.listInvoices()
    expect(seen.inputs.at(-1)).toMatchObject({ query: { limit: 20 } })
  })

  test('path parameters arrive as they were given, whatever is in them', async () => {
    for (const number of ['a/b', '%2e%2e', '//evil', '\\', 'ä ?#', '...']) {
      const found = await billing.findByNumber({ year: 2026, number })
      expect(found.ok).toBe(true)
      expect(seen.inputs.at(-1)).toEqual({ params: { year: 2026, number } })
    }
  })

  test('pages are followed to the last', async () => {
    const items = await all(billing.listInvoices({ limit: 1 }).items())
    expect(items.map(({ id }) => id)).toEqual([ID])
    const pages = await all(billing.listInvoices().pages())
    expect(pages.map((page) => page.items.length)).toEqual([1, 0])
    const first = await billing.listInvoices().orThrow()
    expect(first.nextCursor).toBe('last')
  })

  test('PUT, PATCH and DELETE: parameters beside a body, and replies without one', async () => {
    const body = { customerId: '8', lines: [LINE] }
    expect(await billing.replaceInvoice({ id: ID, body }).orThrow()).toMatchObject({ id: ID })
    expect(await billing.patchInvoice({ id: ID, body: { note: 'x' } })).toMatchObject({
      ok: true,
      status: 204,
      data: undefined,
    })
    expect(seen.inputs.at(-1)).toEqual({ body: { note: 'x' } })
    expect(await billing.deleteInvoice({ id: IDS.missing })).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  test('events come one by one, and end', async () => {
    const events = await all(billing.watchInvoice({ id: ID }))
    expect(events).toEqual(Array.from({ length: 3 }, () => ({ state: 'open', at: ISSUED_AT })))
    await expect(all(billing.watchInvoice({ id: IDS.missing }))).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('a reader that leaves a stream ends it at the provider', async () => {
    const before = seen.released.filter((id) => id === IDS.endless).length
    for await (const event of billing.watchInvoice({ id: IDS.endless })) {
      expect(event.state).toBe('open')
      break
    }
    await expect
      .poll(() => seen.released.filter((id) => id === IDS.endless).length, SOON)
      .toBe(before + 1)
  })

  test('a file is uploaded as bytes, as a Blob and as a stream', async () => {
    const bytes = Buffer.from('%PDF-1.7')
    const blob = new Blob([bytes], { type: 'application/pdf' })
    for (const body of [bytes, blob, blob.stream(), Readable.from([bytes])]) {
      expect((await billing.putPdf({ id: ID, body })).ok).toBe(true)
      expect(seen.inputs.at(-1)).toMatchObject({ bytes: 8, type: 'application/pdf' })
    }
    const large = Buffer.alloc(2_000_001)
    await expect(billing.putPdf({ id: ID, body: large })).rejects.toThrow('SERVICEX_CALL_INVALID')
  })

  test('a file comes down as a stream; one that is cut is an error, never half a file', async () => {
    const file = await billing.getPdf({ id: ID }).orThrow()
    expect(file.contentType).toBe('application/pdf')
    expect(await file.text()).toBe('%PDF-1.7')
    const again = await billing.getPdf({ id: ID }).orThrow()
    expect((await again.stream().toArray()).join('')).toBe('%PDF-1.7')
    const unwanted = await billing.getPdf({ id: ID }).orThrow()
    unwanted.cancel()
    expect(await unwanted.text()).toBe('')
    const cut = await billing.getPdf({ id: IDS.breaks }).orThrow()
    await expect(cut.bytes()).rejects.toMatchObject({ code: 'unavailable', operation: 'getPdf' })
  })

  test("a deadline that the provider cannot keep ends the call, and the provider's work", async () => {
    const before = seen.aborted.length
    const result = await billing.getInvoice({ id: IDS.hangs }, { deadline: 150 })
    expect(result).toMatchObject({ error: { code: 'deadline_exceeded', retryable: true } })
    const durationMs = result.ok ? Number.NaN : result.error.durationMs
    expect(durationMs).toBeLessThan(1_000)
    expect(String(durationMs), 'at most three decimals').toMatch(/^\d+(?:\.\d{1,3})?$/)
    await expect.poll(() => seen.aborted.length, SOON).toBeGreaterThan(before)
  })

  test('a caller that gives up is told so, and so is the provider', async () => {
    const before = seen.aborted.length
    const controller = new AbortController()
    const asked = seen.inputs.length
    const call = billing.getInvoice({ id: IDS.hangs }, { signal: controller.signal })
    await expect.poll(() => seen.inputs.length, SOON).toBe(asked + 1)
    controller.abort()
    expect(await call).toMatchObject({ error: { code: 'cancelled', retryable: false } })
    await expect.poll(() => seen.aborted.length, SOON).toBeGreaterThan(before)
  })

  test('a handler that throws is undeclared, 500, and says where to look', async () => {
    const result = await billing.getInvoice({ id: IDS.throws })
    expect(result).toMatchObject({ error: { code: 'undeclared', status: 500, retryable: false } })
    expect(!result.ok && result.error.message).not.toContain('the table is gone')
  })
})
