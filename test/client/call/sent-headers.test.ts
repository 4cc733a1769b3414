import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ID } from '../../fixtures/client/serve-billing.ts'
import { billingClient } from '../../fixtures/client/clients/billing.js'
import { openRawServer, type RawServer } from './raw-server.ts'

let server: RawServer
beforeAll(async () => {
  server = await openRawServer((socket) => socket.write('HTTP/1.1 204 x\r\n\r\n'))
})
afterAll(() => server.close())

const REFUSED = [
  'host',
  'Host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-connection',
  'x-request-timeout-ms',
]
const MALFORMED = [
  ['x-a', 'b\r\nx-injected: 1'],
  ['x-a', 'b\nx: 1'],
  ['x-a', 'b\0'],
  ['x-a', 'ünicode…'],
  ['x a', 'b'],
  ['', 'b'],
  ['x-a:', 'b'],
  ['x-ä', 'b'],
  ['x-a\r\n', 'b'],
] as const

describe('headers of a call', () => {
  const billing = (headers = {}): ReturnType<typeof billingClient> =>
    billingClient({ baseUrl: server.url, policies: [], headers })

  test.for(REFUSED)('%s is refused before anything is sent', async (name) => {
    const before = server.requests.length
    await expect(billing().deleteInvoice({ id: ID }, { headers: { [name]: '1' } })).rejects.toThrow(
      'SERVICEX_CALL_INVALID',
    )
    await expect(billing({ [name]: '1' }).deleteInvoice({ id: ID })).rejects.toThrow(
      'SERVICEX_CALL_INVALID',
    )
    expect(server.requests.length).toBe(before)
  })

  test.for(MALFORMED)('%j is refused, and its value is not told', async ([name, value]) => {
    const call = billing().deleteInvoice({ id: ID }, { headers: { [name]: value } })
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    )
    expect(error?.message).toMatch(/^SERVICEX_CALL_INVALID/)
    if (value !== 'b') expect(error?.message).not.toContain(value)
  })

  test('what is no text is refused, what is absent is left out', async () => {
    const headers = { 'x-a': 7 as unknown as string }
    await expect(billing().deleteInvoice({ id: ID }, { headers })).rejects.toThrow('of type number')
    await billing().deleteInvoice({ id: ID }, { headers: { 'x-b': undefined } })
    expect(server.requests.at(-1)).not.toContain('x-b')
  })

  test('a header parameter cannot hold a line end either', async () => {
    const call = billing().listInvoices({ 'x-tenant': 'a\r\nx-injected: 1' })
    await expect(call).rejects.toThrow('SERVICEX_CALL_INVALID')
  })

  test("the client's own, the call's over them, and the time that is left are sent", async () => {
    let token = 0
    const made = billingClient({
      baseUrl: server.url,
      policies: [],
      headers: () => ({ authorization: `Bearer ${(token += 1)}`, 'x-a': 'client' }),
    })
    await made.deleteInvoice({ id: ID }, { headers: { 'X-A': 'call' }, deadline: '2s' })
    const [, ...lines] = server.requests.at(-1)?.split('\r\n') ?? []
    expect(lines).toContain('authorization: Bearer 1')
    expect(lines).toContain('x-a: call')
    const left = lines.find((line) => line.startsWith('x-request-timeout-ms: '))
    expect(Number(left?.split(' ')[1])).toBeGreaterThan(1_000)
    expect(Number(left?.split(' ')[1])).toBeLessThanOrEqual(2_000)
  })

  test('a deadline that is none is refused', async () => {
    for (const deadline of ['soon', 0, -1, Number.NaN, '2 h'])
      await expect(
        billing().deleteInvoice({ id: ID }, { deadline: deadline as '2s' }),
      ).rejects.toThrow('SERVICEX_CALL_INVALID')
  })
})
