import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Collector, openCollector } from '../../src/testing/collector.ts'
import { findSamples, parseExposition } from '../../src/wire/exposition.ts'
import type { ReceivedSpan } from '../../src/wire/received-span.ts'
import { type AppFolder, makeAppFolder } from '../order/app-folder.ts'
import { type AppProcess, openAppProcess } from '../order/app-process.ts'
import { buildRuntime, type BuiltRuntime } from '../order/build-runtime.ts'
import { bundleApp, BUNDLES } from '../order/bundle-app.ts'
import { openPeer, type Peer } from '../order/peer.ts'
import { readTrace } from '../order/trace-reader.ts'

/** @opentelemetry/api 1.9 under another name, as the repo has a later one. */
const OLDER_API = join(fileURLToPath(import.meta.resolve('opentelemetry-api-1.9')), '../../..')

let runtime: BuiltRuntime
let folder: AppFolder
let collector: Collector
let peer: Peer

beforeAll(async () => {
  runtime = await buildRuntime()
  folder = makeAppFolder({ packages: ['@opentelemetry/api'], runtime: runtime.path })
  const legacy = join(folder.path, 'node_modules/legacy')
  mkdirSync(legacy)
  writeFileSync(join(legacy, 'index.js'), `module.exports = require('@opentelemetry/api')`)
  folder.copy(OLDER_API, 'node_modules/legacy/node_modules/@opentelemetry/api')
  await bundleApp(join(folder.path, 'api-app.mjs'), folder.path, 'esm')
  collector = await openCollector()
  peer = await openPeer('hello')
})

afterAll(async () => {
  runtime.close()
  folder.close()
  await peer.close()
  await collector.close()
})

describe.for([
  ['as it is', ['api-app.mjs']],
  ['with servicex/register preloaded', ['--import', 'servicex/register', 'api-app.mjs']],
  ['in one file with servicex', [BUNDLES.esm]],
] as const)("an app that uses OpenTelemetry's API itself, %s", ([, words]) => {
  let app: AppProcess

  beforeAll(async () => {
    app = await openAppProcess({
      folder: folder.path,
      words,
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        PEER_URL: peer.url,
        LEGACY: 'legacy',
      },
    })
    return () => app.stop()
  })

  test('its active span is part of the request; lines, calls and exemplars are part of it', async () => {
    const { server, spans } = await use('/active')
    const own = named(spans, 'pack')
    expect(own).toMatchObject({
      parentSpanId: server.spanId,
      scope: { name: 'shop' },
      attributes: { 'shop.boxes': 2 },
      events: [{ name: 'packed', attributes: { boxes: 2 } }],
    })
    expect(named(spans, 'GET').parentSpanId).toBe(own.spanId)
    expect(peer.received.at(-1)?.['traceparent']).toContain(`-${server.traceId}-`)
    const line = await app.waitForLine(({ message }) => message === 'inside', 'its line')
    expect(line).toMatchObject({ trace_id: own.traceId, span_id: own.spanId })
    const page = parseExposition(await (await fetch(`${app.url('admin')}/metrics`)).text())
    expect(findSamples(page, 'shop_orders_total', { kind: 'new' })[0]?.value).toBe(1)
  })

  test('other copies of the API, older ones too, make spans of the same trace', async () => {
    const { server, spans, result } = await use('/copies')
    const outer = named(spans, 'outer')
    const inner = named(spans, 'inner')
    expect(outer.parentSpanId).toBe(server.spanId)
    expect(inner.parentSpanId).toBe(outer.spanId)
    expect(result).toMatchObject({ traceId: server.traceId, spanId: inner.spanId })
  })

  test('the active span of a request is its server span', async () => {
    const { server } = await use('/attribute')
    expect(server.attributes['shop.tier']).toBe('gold')
  })

  test('a recorded exception and a status are in the span', async () => {
    const { spans } = await use('/failure')
    expect(named(spans, 'pay')).toMatchObject({
      status: { code: 'error', message: 'not paid' },
      attributes: { 'error.type': 'RangeError' },
      events: [{ name: 'exception', attributes: { 'exception.message': 'planned failure' } }],
    })
  })

  test("the caller's baggage is there, and what is added goes on", async () => {
    const { result } = await use('/baggage', { baggage: 'user=a%20b;meta=1' })
    expect(result).toEqual([['user', 'a b']])
    expect(peer.received.at(-1)?.['baggage']).toBe('user=a%20b;meta=1,tier=gold')
  })

  test('a carrier gets the headers of the running span, and gives them back', async () => {
    const { server, result } = await use('/carrier', { 'x-request-id': 'r-1' })
    expect(result).toEqual({
      carrier: {
        traceparent: `00-${server.traceId}-${server.spanId}-01`,
        'x-request-id': 'r-1',
      },
      extracted: {
        traceId: server.traceId,
        spanId: server.spanId,
        traceFlags: 1,
        isRemote: true,
      },
    })
  })

  test('a bound function keeps its `this`; it and the listeners of a bound emitter run in the request', async () => {
    const { server, result } = await use('/bound')
    expect(result).toBe('the receiver')
    for (const message of ['bound', 'emitted']) {
      const line = await app.waitForLine((each) => each['message'] === message, message)
      expect(line['trace_id']).toBe(server.traceId)
    }
  })

  test('a root span begins a trace of its own', async () => {
    const before = collector.spans.length
    await use('/root')
    const root = await collector.waitFor(({ name }) => name === 'separate')
    expect(root.parentSpanId).toBeUndefined()
    expect(collector.spans.slice(before)).toContainEqual(root)
    collector.clear()
  })

  test('nothing is recorded where tracing is suppressed', async () => {
    const { spans } = await use('/suppressed')
    expect(spans.map(({ kind }) => kind)).toEqual(['server'])
  })

  async function use(
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ server: ReceivedSpan; spans: readonly ReceivedSpan[]; result: unknown }> {
    const traceId = crypto.randomUUID().replaceAll('-', '')
    const reply = await fetch(app.url('web') + path, {
      headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, ...headers },
    })
    const result: unknown = await reply.json()
    return { ...(await readTrace(collector, traceId)), result }
  }
})

function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const found = spans.find((span) => span.name === name)
  if (found === undefined)
    throw new Error(`no span ${name} among ${spans.map((span) => span.name).join(', ')}`)
  return found
}
