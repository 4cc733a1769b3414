import { describe, expect, test } from 'vitest'
import { MOUNTS } from '../../fixtures/client/mounts.ts'
import { ID, IDS } from '../../fixtures/client/serve-billing.ts'
import { serveMount } from './serve-mount.ts'

describe.for(MOUNTS)('mounted by %s', (mount) => {
  const { ask, seen } = serveMount(mount)

  test('what a handler throws is a 500 that says nothing of it', async () => {
    const response = await ask(`/invoices/${IDS.throws}`)
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'internal' })
    expect(text).not.toContain('table')
  })

  test('a reply that breaks the contract is refused with the differences', async () => {
    const response = await ask(`/invoices/${IDS.breaks}`)
    expect(await response.json()).toMatchObject({
      status: 500,
      code: 'invalid_reply',
      issues: [{ path: 'ok.total', message: 'Invalid input: expected number, received string' }],
    })
  })

  test('a request ends when the time of its caller is up', async () => {
    const begun = performance.now()
    const response = await ask(`/invoices/${IDS.hangs}`, {
      headers: { 'x-request-timeout-ms': '60' },
    })
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(await response.json()).toMatchObject({ status: 504, code: 'deadline_exceeded' })
    expect(seen.aborted.at(-1)).toBe('TimeoutError')
    const count = seen.inputs.length
    const late = await ask(`/invoices/${ID}`, { headers: { 'grpc-timeout': '5m' } })
    expect(late.status).toBe(504)
    expect(seen.inputs).toHaveLength(count)
  })

  test('a handler hears that its caller has left', async () => {
    const controller = new AbortController()
    const count = seen.inputs.length
    const asked = ask(`/invoices/${IDS.hangs}`, { signal: controller.signal })
    await expect.poll(() => seen.inputs.length, { timeout: 10_000 }).toBe(count + 1)
    const aborted = seen.aborted.length
    controller.abort()
    await expect(asked).rejects.toThrow()
    await expect.poll(() => seen.aborted.length, { timeout: 10_000 }).toBe(aborted + 1)
    expect(seen.aborted.at(-1)).toBe('AbortError')
  })

  test('the snapshot is served', async () => {
    const response = await ask('/openapi.json')
    expect(await response.json()).toMatchObject({ openapi: '3.1.0', info: { title: 'billing' } })
  })
})
