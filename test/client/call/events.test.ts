import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { EventParser } from '../../../src/client/call/event-parser.ts'
import { ID } from '../../fixtures/client/serve-billing.ts'
import { billingClient } from '../../fixtures/client/clients/billing.js'
import { openRawServer, type RawServer } from './raw-server.ts'

const HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\nretry: 1\n'
const EVENT = 'data: {"state":"open","at":"2026-11-22T10:00:00Z"}\n\n'
const END = 'event: end\ndata:\n\n'

let server: RawServer
afterEach(() => server.close())

/** Serves each connection what stands for it, and cuts it; the last one serves all that follow. */
async function read(
  connections: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly states: string[]; readonly error: unknown }> {
  let count = 0
  server = await openRawServer((socket: Socket) => {
    const text = connections[Math.min(count, connections.length - 1)] ?? ''
    count += 1
    socket.write(HEAD + text)
    // A whole chunk has arrived before the cut.
    setImmediate(() => socket.resetAndDestroy())
  })
  const billing = billingClient({ baseUrl: server.url, policies: [], deadline: '20s' })
  const states: string[] = []
  try {
    for await (const event of billing.watchInvoice({ id: ID }, { signal })) states.push(event.state)
    return { states, error: undefined }
  } catch (error) {
    return { states, error }
  }
}

const lastIds = (): (string | undefined)[] =>
  server.requests.map((request) => /^last-event-id: (.*)\r$/m.exec(request)?.[1])

describe('a stream of events', () => {
  test('that is cut goes on after the last event that came', async () => {
    const { states, error } = await read([`id: 1\n${EVENT}`, `id: 2\n${EVENT}`, `${EVENT}${END}`])
    expect(error).toBeUndefined()
    expect(states).toHaveLength(3)
    expect(lastIds()).toEqual([undefined, '1', '2'])
  })

  test('that is cut again and again without an event is given up', async () => {
    const { states, error } = await read([EVENT, ''])
    expect(states).toHaveLength(1)
    expect(error).toMatchObject({ code: 'unavailable', operation: 'watchInvoice' })
    expect(server.requests.length).toBeGreaterThan(3)
    expect(server.requests.length).toBeLessThan(10)
  })

  test.for([
    [
      'breaks the contract',
      'data: {"state":7}\n\n',
      'bad_response',
      /an event breaks the contract/,
    ],
    ['is no JSON', 'data: {"secret\n\n', 'bad_response', /not JSON/],
    ['is a problem', 'event: problem\ndata: {"code":"not_found"}\n\n', 'not_found', /not_found/],
    [
      'is another problem',
      'event: problem\ndata: {"code":"internal"}\n\n',
      'undeclared',
      /internal/,
    ],
  ] as const)('ends with an error when an event %s', async ([, text, code, message]) => {
    const { states, error } = await read([`${EVENT}${text}`])
    expect(states).toHaveLength(1)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string })
    expect((error as Error).message).not.toContain('secret')
    expect(server.requests).toHaveLength(1)
  })

  test('passes over events of other names, and comments', async () => {
    const { states } = await read([`: hi\n\nevent: later\ndata: 1\n\n${EVENT}${END}`])
    expect(states).toEqual(['open'])
  })

  test('ends when its reader gives up', async () => {
    const { error } = await read([EVENT], AbortSignal.abort())
    expect(error).toMatchObject({ code: 'cancelled' })
    expect(server.requests).toEqual([])
  })
})

describe('the parser of events', () => {
  const STREAM =
    'id: 1\r\ndata: a\r\ndata: b\r\rdata:c\n\nevent: x\ndata\n\n:\n\nretry: 5\ndata: ü😀\n\n'
  const whole = [
    { name: '', data: 'a\nb', id: '1' },
    { name: '', data: 'c', id: '1' },
    { name: 'x', data: '', id: '1' },
    { name: '', data: 'ü😀', id: '1' },
  ]

  test('gives the same events however the bytes are cut', async () => {
    server = await openRawServer(() => undefined)
    const bytes = Buffer.from(STREAM)
    for (let size = 1; size <= bytes.length; size += 1) {
      const parser = new EventParser()
      const found = []
      for (let at = 0; at < bytes.length; at += size)
        found.push(...parser.parse(bytes.subarray(at, at + size)).events)
      expect(found).toEqual(whole)
    }
  })
})
