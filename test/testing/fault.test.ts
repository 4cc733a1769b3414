import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCollector, type Collector, type Reply } from '../../src/testing/index.ts'

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  name: 'work',
}

let collector: Collector

beforeEach(async () => {
  collector = await openCollector()
})

afterEach(() => collector.close())

describe('a named fault is what the client sees, and no span is kept', () => {
  test.for(['400', '429', '500', '503'] as const)('%s', async (fault) => {
    await collector.setFault(fault)

    const response = await send()
    expect(response.status).toBe(Number(fault))
    expect(response.headers.get('retry-after')).toBe(fault === '429' ? '60' : null)
    expect(collector.spans).toEqual([])
    expect(collector.requests).toHaveLength(1)
  })

  test('refused: the port is closed, and open again afterwards', async () => {
    await collector.setFault('refused')
    await expect(send()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    expect(collector.requests).toEqual([])

    await collector.setFault(undefined)
    expect((await send()).status).toBe(200)
    expect(collector.spans).toMatchObject([SPAN])
  })

  test('hang: the request arrives and nothing comes back', async () => {
    await collector.setFault('hang')
    const leave = new AbortController()
    const answer = send(leave.signal)
    await collector.waitForRequest(1)

    leave.abort()
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
    expect(collector.spans).toEqual([])
  })

  test('reset: the connection breaks in the middle of the body', async () => {
    await collector.setFault('reset')

    const response = await send()
    expect(response.status).toBe(200)
    await expect(response.arrayBuffer()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    expect(collector.spans).toEqual([])
  })

  test('drip: the body comes byte by byte and does not end', async () => {
    await collector.setFault('drip')

    const reader = (await send()).body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(1)
    expect((await reader?.read())?.value).toHaveLength(1)
    await reader?.cancel()
    expect(collector.spans).toEqual([])
  })

  test('huge: the body is announced as 4 GiB and comes as fast as it is read', async () => {
    await collector.setFault('huge')

    const response = await send()
    expect(response.headers.get('content-length')).toBe(String(4 * 2 ** 30))
    let readBytes = 0
    const reader = response.body?.getReader()
    while (readBytes < 2 ** 20) readBytes += (await reader?.read())?.value?.byteLength ?? 0
    await reader?.cancel()
    expect(collector.spans).toEqual([])
  })
})

describe('a scripted reply answers the requests it wants, one by one', () => {
  test('the first fails, the second is accepted', async () => {
    await reopen([{ kind: 'answer', status: 503 }])

    expect((await send()).status).toBe(503)
    expect((await send()).status).toBe(200)
    expect(collector.spans).toHaveLength(1)
  })

  test('a delayed answer carries its own headers and body, and the spans are kept', async () => {
    await reopen([
      { kind: 'answer', status: 202, headers: { 'x-a': 'b' }, body: 'later', delayMs: 20 },
    ])

    const response = await send()
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([
      202,
      'b',
      'later',
    ])
    expect(collector.spans).toHaveLength(1)
  })

  test('a delayed answer comes after one that was asked for later', async () => {
    await reopen([{ kind: 'answer', status: 202, delayMs: 100 }])
    const delayed = send()
    await collector.waitForRequest(1)

    const first = await Promise.race([delayed, send()])
    expect(first.status).toBe(200)
    expect((await delayed).status).toBe(202)
  })

  test('a reset before any byte', async () => {
    await reopen([{ kind: 'reset' }])

    await expect(send()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  })

  test('a body cut short ends the connection in order', async () => {
    await reopen([{ kind: 'cut', body: 'abcdef', afterBytes: 3 }])

    const response = await send()
    await expect(response.text()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } })
    expect(collector.spans).toEqual([])
  })

  test('a dripped body of some bytes ends, and the spans are kept', async () => {
    await reopen([{ kind: 'drip', body: 'abc', intervalMs: 1 }])

    expect(await (await send()).text()).toBe('abc')
    expect(collector.spans).toHaveLength(1)
  })
})

test('closing ends connections that hang', async () => {
  await collector.setFault('hang')
  const answer = send().catch((error: unknown) => error)
  await collector.waitForRequest(1)

  await collector.close()
  expect(await answer).toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } })
})

test('a receiver may begin refused', async () => {
  await collector.close()
  collector = await openCollector({ fault: 'refused' })

  await expect(send()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
})

async function reopen(replies: readonly Reply[]): Promise<void> {
  await collector.close()
  const left = [...replies]
  collector = await openCollector({ respond: () => left.shift() })
}

function send(signal?: AbortSignal): Promise<Response> {
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [SPAN] }] }] })
  const headers = { 'content-type': 'application/json' }
  return fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers,
    body,
    signal: signal ?? null,
  })
}
