import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSentryIngest, type SentryIngest } from '../../src/testing/index.ts'
import { parseEnvelope } from '../../src/wire/sentry-envelope.ts'

const APP = fileURLToPath(new URL('./fixtures/sentry-app.ts', import.meta.url))

let ingest: SentryIngest

beforeEach(async () => {
  ingest = await openSentryIngest()
})

afterEach(() => ingest.close())

describe('what @sentry/node sends is kept', () => {
  beforeEach(async () => {
    await promisify(execFile)(process.execPath, [APP, ingest.dsn])
  })

  test('an exception, with its cause, tags and the ids of its trace', async () => {
    const event = await ingest.waitFor((candidate) => candidate.exception !== undefined)

    expect(event).toMatchObject({
      level: 'error',
      release: 'billing@3fa1c2e',
      environment: 'qa',
      tags: { tenant: 'acme' },
      contexts: { trace: { trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) } },
    })
    const exceptions = event.exception?.values?.map(({ type, value }) => `${type}: ${value}`)
    expect(exceptions).toEqual(['RangeError: ledger is empty', 'TypeError: no such invoice'])
  })

  test('a compressed event, and no other item as an event', async () => {
    const event = await ingest.waitFor((candidate) => candidate.level === 'warning')

    expect(event.message?.length).toBeGreaterThan(8_000)
    expect(ingest.requests.some((request) => request.headers['content-encoding'] === 'gzip')).toBe(
      true,
    )
    expect(ingest.events).toHaveLength(2)
    const types = ingest.envelopes.flatMap((envelope) =>
      envelope.items.map((item) => item.header.type),
    )
    expect(types).toContain('span')
  })
})

describe('an envelope is framed by lengths or by lines', () => {
  const header = '{"event_id":"1"}'
  const cases: [string, string, string[]][] = [
    [
      'by length, with newlines inside',
      `${header}\n{"type":"event","length":4}\n{\n}\n\n`,
      ['{\n}\n'],
    ],
    ['by line', `${header}\n{"type":"event"}\n{"a":1}\n{"type":"log"}\n{}`, ['{"a":1}', '{}']],
    [
      'an empty payload',
      `${header}\n{"type":"event","length":0}\n\n{"type":"log","length":1}\nx`,
      ['', 'x'],
    ],
    ['no items', header, []],
  ]

  test.for(cases)('%s', ([, text, payloads]) => {
    const { items } = parseEnvelope(Buffer.from(text))
    expect(items.map((item) => Buffer.from(item.payload).toString())).toEqual(payloads)
  })
})

describe('a body that is not an envelope is answered 400 and nothing is kept', () => {
  const bodies = [
    '',
    'x',
    '[]',
    '{}\n{"type":"event","length":9}\n{}',
    '{}\n{"type":"event","length":-1}\n{}',
    '{}\n{"length":2}\n{}',
    '{}\n{"type":"event"}\nnot json',
  ]

  test.for(bodies)('%j', async (body) => {
    expect(await post(body)).toBe(400)
    expect(ingest.events).toEqual([])
    expect(ingest.envelopes).toEqual([])
    expect(ingest.requests).toHaveLength(1)
  })

  test('any text at all', async () => {
    const property = fc.asyncProperty(fc.string(), async (body) =>
      [200, 400].includes(await post(`{}\n${body}`)),
    )
    await fc.assert(property, { numRuns: 200, seed: 1 })
  })
})

test('a wrong key is 403, another path 404', async () => {
  const { origin } = new URL(ingest.dsn)
  const send = async (path: string) =>
    (await fetch(origin + path, { method: 'POST', body: '{}' })).status

  expect(await send('/api/1/envelope/?sentry_key=wrong')).toBe(403)
  expect(await send('/api/1/envelope/')).toBe(403)
  expect(await send('/api/2/envelope/')).toBe(404)
})

test('a fault answers the SDK, and no event is kept', async () => {
  await ingest.setFault('429')
  expect(await post('{}\n{"type":"event"}\n{}')).toBe(429)
  expect(ingest.events).toEqual([])

  await ingest.setFault(undefined)
  expect(await post('{}\n{"type":"event"}\n{}')).toBe(200)
  expect(ingest.events).toEqual([{}])
})

async function post(body: string): Promise<number> {
  const { origin, username } = new URL(ingest.dsn)
  const response = await fetch(`${origin}/api/1/envelope/?sentry_key=${username}`, {
    method: 'POST',
    body,
  })
  await response.arrayBuffer()
  return response.status
}
