import { afterEach, expect, test } from 'vitest'
import { limitedHttp } from '../../src/errors/limited-http.ts'
import { openSentryIngest, type FaultName, type SentryIngest } from '../../src/testing/index.ts'

let ingest: SentryIngest

afterEach(() => ingest.close())

test.for<[FaultName, string]>([
  ['hang', 'no answer within 200 ms'],
  ['drip', 'no answer within 200 ms'],
])('an answer that does not end ends at the limit: %s', async ([fault, message]) => {
  ingest = await openSentryIngest({ fault })
  const { error, tookMs } = await post()
  expect(error?.message ?? message).toBe(message)
  expect(tookMs).toBeGreaterThan(190)
  expect(tookMs).toBeLessThan(1500)
})

test('an answer of 4 GiB is broken off after a little of it', async () => {
  ingest = await openSentryIngest({ fault: 'huge' })
  const { bytes } = await post()
  expect(bytes).toBeGreaterThan(65_536)
  expect(bytes).toBeLessThan(4 * 2 ** 20)
})

test('an answer that comes is left alone', async () => {
  ingest = await openSentryIngest()
  expect(await post()).toMatchObject({ error: undefined, status: 403 })
})

interface Posted {
  readonly status: number | undefined
  readonly bytes: number
  readonly error: Error | undefined
  readonly tookMs: number
}

/** Resolves when the connection is closed. */
function post(): Promise<Posted> {
  const url = new URL(ingest.dsn)
  const startedAt = performance.now()
  return new Promise((resolve) => {
    let status: number | undefined
    let bytes = 0
    let error: Error | undefined
    const options = {
      method: 'POST',
      hostname: url.hostname,
      port: url.port,
      path: '/api/1/envelope/',
      protocol: url.protocol,
      headers: {},
      agent: undefined,
    }
    const sent = limitedHttp(ingest.dsn, 200).request(options, (response) => {
      status = response.statusCode
      response.on('data', (part) => (bytes += part.length))
    })
    sent.on('error', (cause) => (error = cause))
    sent.on('close', () => {
      resolve({ status, bytes, error, tookMs: performance.now() - startedAt })
    })
    sent.end()
  })
}
