import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findSamples, parseExposition } from '../../src/wire/exposition.ts'
import type { ReceivedSpan } from '../../src/wire/received-span.ts'
import { type AppProcess, openAppProcess } from '../order/app-process.ts'
import {
  type AppServices,
  isServiceMissing,
  missingNote,
  openServices,
} from '../order/order-services.ts'
import { readTrace, sendTraced } from '../order/trace-reader.ts'

let services: AppServices

beforeAll(async () => {
  if (!isServiceMissing) services = await openServices()
})

afterAll(() => services?.close())

describe.skipIf(isServiceMissing)(`the queries of a request${missingNote}`, () => {
  let app: AppProcess

  beforeAll(async () => {
    app = await openAppProcess({
      folder: import.meta.dirname,
      words: ['fixtures/databases-app.mjs'],
      env: { ...services.env, OTEL_EXPORTER_OTLP_ENDPOINT: services.collector.url },
    })
    return () => app.stop()
  })

  test.for([
    ['/pg', 'SELECT postgres', 'SELECT ? AS a, ? AS b, $1::text AS c'],
    ['/pg-prepared', 'SELECT postgres', 'SELECT\n  $1::int AS one'],
    ['/mysql', 'SELECT test', 'SELECT ? AS a, ? AS b, ? AS c'],
    ['/mysql-execute', 'SELECT test', 'SELECT ? AS a'],
    ['/ioredis', 'SET 0', 'SET user:?:name ?'],
    ['/ioredis-secret', 'EVAL 0', 'EVAL ? ? ? ?'],
    ['/redis', 'SET 0', 'SET user:?:name ?'],
    ['/redis-secret', 'CONFIG 0', 'CONFIG SET ? ?'],
  ] as const)('%s is a child span, named %s, without its values', async ([path, name, text]) => {
    const { server, queries } = await ask(path)
    const [system, operation, namespace] = [systemOf(path), ...name.split(' ')]
    expect(queries).toMatchObject([{ name, kind: 'client', parentSpanId: server.spanId }])
    // How pg's instrumentation calls a prepared statement's name; there is no stable attribute for it.
    const { 'db.postgresql.plan': _plan, ...attributes } = queries[0]?.attributes ?? {}
    expect(attributes).toEqual({
      'db.system.name': system,
      'db.operation.name': operation,
      'db.namespace': namespace,
      'db.query.text': text,
      'server.address': '127.0.0.1',
      'server.port': services.ports[system],
    })
    expect(queries[0]?.status.code).toBe('unset')
  })

  test.for([
    ['/pg-error', 'SELECT', '42P01', /relation "nowhere" does not exist/],
    ['/mysql-error', 'SELECT', 'ER_NO_SUCH_TABLE', /Table 'test\.nowhere' doesn't exist/],
    ['/ioredis-error', 'LPUSH', 'ReplyError', /WRONGTYPE/],
    ['/redis-error', 'LPUSH', 'SimpleError', /WRONGTYPE/],
  ] as const)(
    '%s: %s fails as %s, in its span and in its metric',
    async ([path, operation, type, message]) => {
      if (path.includes('redis')) await ask('/redis')
      const { queries } = await ask(path)
      expect(queries).toMatchObject([
        {
          status: { code: 'error', message: expect.stringMatching(message) },
          attributes: { 'error.type': type },
          events: [{ attributes: { 'exception.message': expect.stringMatching(message) } }],
        },
      ])
      expect(await countOf(app, { db_operation_name: operation, error_type: type })).toBe(1)
    },
  )

  test.for([
    ['/ioredis-pipeline', ['GET a', 'GET b']],
    ['/redis-multi', [undefined]],
  ] as const)('%s: each command once', async ([path, texts]) => {
    const { queries } = await ask(path)
    expect(queries.map(({ attributes }) => attributes['db.query.text'])).toEqual(texts)
  })

  test.for(['/pg', '/pg-callback', '/mysql', '/mysql-callback'])(
    '%s: belong to it and no other, though many requests wait for one connection',
    async (path) => {
      const answered = await Promise.all(
        Array.from({ length: 20 }, () => sendTraced(app.url('web') + path)),
      )
      const traces = await Promise.all(
        answered.map((traceId) => readTrace(services.collector, traceId)),
      )
      for (const { server, spans } of traces)
        expect(queriesOf(spans).map(({ parentSpanId }) => parentSpanId)).toEqual(
          path.endsWith('callback') ? [server.spanId, server.spanId] : [server.spanId],
        )
    },
  )

  test('are not exported from a trace that is not sampled, but counted; the next service is told', async () => {
    const before = await countOf(app, { db_operation_name: 'SELECT', db_system_name: 'postgresql' })
    const traceId = await sendTraced(`${app.url('web')}/pg`, false)
    await sendTraced(`${app.url('web')}/call`, false)
    const after = await countOf(app, { db_operation_name: 'SELECT', db_system_name: 'postgresql' })
    expect(after).toBe(before + 1)
    expect(services.peer.received.at(-1)?.['traceparent']).toMatch(/-00$/)
    await ask('/pg')
    expect(services.collector.spans.filter((span) => span.traceId === traceId)).toEqual([])
  })

  test("what Redis clients do on their own account is no trace, and pg's pool is on /metrics", async () => {
    await ask('/pg')
    const roots = services.collector.spans.filter(({ parentSpanId }) => parentSpanId === undefined)
    expect(roots.filter(({ attributes }) => attributes['db.system.name'] === 'redis')).toEqual([])
    const page = parseExposition(await (await fetch(`${app.url('admin')}/metrics`)).text())
    const sizes = findSamples(page, 'db_client_connection_max').map(({ value }) => value)
    expect(sizes).toEqual([1])
  })

  async function ask(path: string): Promise<{ server: ReceivedSpan; queries: ReceivedSpan[] }> {
    const { server, spans } = await readTrace(
      services.collector,
      await sendTraced(app.url('web') + path),
    )
    return { server, queries: queriesOf(spans) }
  }
})

describe.skipIf(isServiceMissing)(`without a collector${missingNote}`, () => {
  test('each query is counted once', async () => {
    const app = await openAppProcess({
      folder: import.meta.dirname,
      words: ['fixtures/databases-app.mjs'],
      env: services.env,
    })
    try {
      for (const path of ['/pg', '/pg-error', '/mysql', '/ioredis', '/redis', '/redis-multi'])
        await sendTraced(app.url('web') + path)
      for (const [system, operation, count] of [
        ['postgresql', 'SELECT', 2],
        ['mysql', 'SELECT', 1],
        ['redis', 'SET', 2],
        ['redis', 'MULTI', 1],
      ] as const)
        expect(
          await countOf(app, { db_system_name: system, db_operation_name: operation }),
          system,
        ).toBe(count)
    } finally {
      expect(await app.stop()).toBe(0)
    }
  })
})

/** How many queries `/metrics` tells of under these labels. */
async function countOf(app: AppProcess, labels: Readonly<Record<string, string>>): Promise<number> {
  const reply = await fetch(`${app.url('admin')}/metrics`)
  const page = parseExposition(await reply.text())
  return findSamples(page, 'db_client_operation_duration_seconds_count', labels)
    .map(({ value }) => value)
    .reduce((sum, value) => sum + value, 0)
}

/** In order of their starts; the opening of a connection is no query. */
function queriesOf(spans: readonly ReceivedSpan[]): ReceivedSpan[] {
  return spans
    .filter(({ attributes }) => attributes['db.operation.name'] !== undefined)
    .toSorted((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano))
}

function systemOf(path: string): string {
  if (path.startsWith('/pg')) return 'postgresql'
  return path.startsWith('/mysql') ? 'mysql' : 'redis'
}
