import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import type { FailureFacts, Signal } from '../../src/context/facts.ts'
import { withoutRecording } from '../../src/context/scope.ts'
import { openErrors } from '../../src/errors/open-errors.ts'
import { openSentryIngest, type SentryEvent, type SentryIngest } from '../../src/testing/index.ts'

const TRACE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
}

let ingest: SentryIngest
let errors: Signal

beforeEach(async () => {
  ingest = await openSentryIngest()
  errors = openErrors(configOf(ingest.dsn), () => undefined)
})

afterEach(() => ingest.close())

describe('an error event made without the SDK says what the SDK would have said', () => {
  test('of an error with a cause, in a trace', async () => {
    const cause = new RangeError('ledger is empty')
    const [own, sdk] = await sendBothWays({
      error: new TypeError('no invoice 4711', { cause }),
      severity: 'fatal',
      trace: TRACE,
      fields: { tenant: 'acme', password: 'hunter2' },
      input: undefined,
    })
    expect(brief(own)).toEqual(brief(sdk))
    expect(own.exception?.values?.map(({ type, value }) => [type, value])).toEqual([
      ['RangeError', 'ledger is empty'],
      ['TypeError', 'no invoice 4711'],
    ])
  })

  test('of a class that sets no name: the class is its type, as in lines, spans and metrics', async () => {
    class LedgerEmpty extends Error {}
    class InvoiceMissing extends Error {}
    const cause = new LedgerEmpty('password=hunter2')
    for (const event of await sendBothWays(factsOf(new InvoiceMissing('no 4711', { cause })))) {
      expect(event.exception?.values?.map(({ type }) => type)).toEqual([
        'LedgerEmpty',
        'InvoiceMissing',
      ])
      expect(event.tags).toMatchObject({ service: 'billing' })
    }
  })

  test('it has the same id, so that Sentry counts it once', async () => {
    const [own, sdk] = await sendBothWays(factsOf(new Error('boom')))
    expect(own.event_id).toMatch(/^[0-9a-f]{32}$/)
    expect(own.event_id).toBe(sdk.event_id)
  })

  test('it names the place that threw, innermost last, and knows the app from its packages', async () => {
    const [own, sdk] = await sendBothWays(factsOf(new Error('boom')))
    const [place, sdkPlace] = [own, sdk].map((event) => framesOf(event).at(-1))
    expect(place).toMatchObject({ lineno: sdkPlace?.['lineno'], colno: sdkPlace?.['colno'] })
    expect(place?.['filename']).toBe(import.meta.filename)
    expect(place?.['in_app']).toBe(true)
    expect(framesOf(own).some((frame) => frame['in_app'] === false)).toBe(true)
  })

  test("servicex's own frames are not the app's, wherever it is installed", async () => {
    const error = withoutRecording(() => new Error('boom'))
    for (const event of await sendBothWays(factsOf(error))) {
      const scope = framesOf(event).filter(({ filename }) => String(filename).endsWith('/scope.ts'))
      expect(scope.length).toBeGreaterThan(0)
      expect(scope.filter((frame) => frame['in_app'] !== false)).toEqual([])
      expect(framesOf(event).at(-1)?.['in_app']).toBe(true)
    }
  })

  test('it holds no secret of the message', async () => {
    const [own] = await sendBothWays(factsOf(new Error('postgres://u:hunter2@db refused')))
    expect(JSON.stringify(own)).not.toContain('hunter2')
  })

  test.for([undefined, null, 'text', 42, { code: 'E1' }, Object.create(null), hostile()])(
    'whatever was thrown has an event: case %#',
    async (thrown) => {
      errors.sink.onFailure?.(factsOf(thrown))
      const [delivery] = errors.undelivered?.() ?? []
      const response = await fetch(delivery?.url ?? '', {
        method: 'POST',
        headers: delivery?.headers ?? {},
        body: delivery?.body ?? '',
      })
      expect(response.status).toBe(200)
      expect(ingest.events[0]?.exception?.values?.[0]?.type).toEqual(expect.any(String))
    },
  )
})

describe('an error is undelivered until it is taken', () => {
  test('taken by the SDK', async () => {
    errors.sink.onFailure?.(factsOf(new Error('boom')))
    expect(errors.undelivered?.()).toHaveLength(1)
    await ingest.waitFor(1)
    await errors.flush(2000)
    expect(errors.undelivered?.()).toEqual([])
    expect(errors.health).toMatchObject({ queued: 0, delivered: 1, failed: 0, dropped: 0 })
  })

  test('refused by the server', async () => {
    await ingest.setFault('refused')
    errors.sink.onFailure?.(factsOf(new Error('boom')))
    await errors.flush(2000)
    expect(errors.health).toMatchObject({ queued: 0, delivered: 0, failed: 1, up: false })
  })

  test('reported by the app itself', async () => {
    const error = Object.defineProperty(new Error('boom'), '__sentry_captured__', { value: true })
    errors.sink.onFailure?.(factsOf(error))
    await errors.flush(2000)
    expect(errors.health).toMatchObject({ queued: 0, delivered: 0, failed: 0, dropped: 0 })
  })

  test('no more than a hundred at a time; what is beyond is counted', async () => {
    for (let count = 0; count < 130; count += 1) errors.sink.onFailure?.(factsOf(new Error('boom')))
    expect(errors.undelivered?.()).toHaveLength(100)
    expect(errors.health).toMatchObject({ queued: 100, dropped: 30 })
  })
})

/** Gives the event as it is spelled without the SDK, and as the SDK sent it. */
async function sendBothWays(facts: FailureFacts): Promise<[SentryEvent, SentryEvent]> {
  errors.sink.onFailure?.(facts)
  const [delivery] = errors.undelivered?.() ?? []
  if (delivery === undefined) throw new Error('nothing is undelivered')
  const [sdk] = await ingest.waitFor(1)
  await fetch(delivery.url, { method: 'POST', headers: delivery.headers, body: delivery.body })
  const [, own] = await ingest.waitFor(2)
  if (sdk === undefined || own === undefined) throw new Error('unreachable')
  return [own, sdk]
}

function brief(event: SentryEvent): unknown {
  const { level, release, environment, server_name: serverName, platform, contexts } = event
  const values = event.exception?.values?.map(({ type, value, mechanism }) => ({
    type,
    value,
    handled: mechanism?.handled,
  }))
  return {
    who: [level, release, environment, serverName, platform],
    values,
    tags: event.tags ?? {},
    trace: contexts?.trace,
    fields: contexts?.['fields'],
  }
}

function framesOf(event: SentryEvent): readonly Readonly<Record<string, unknown>>[] {
  return event.exception?.values?.at(-1)?.stacktrace?.frames ?? []
}

function factsOf(error: unknown): FailureFacts {
  return { error, severity: 'error', trace: TRACE, fields: undefined, input: undefined }
}

function hostile(): unknown {
  return new Proxy(
    {},
    {
      get: () => {
        throw new Error('no')
      },
    },
  )
}

function configOf(dsn: string): Parameters<typeof openErrors>[0] {
  const env = { SENTRY_DSN: dsn, SENTRY_ENVIRONMENT: 'qa', SERVICEX_REVISION: '3fa1c2e' }
  const source = { env, entrypoint: undefined, cwd: import.meta.dirname, terminal: false }
  return readConfig({ name: 'billing' }, source).config
}
