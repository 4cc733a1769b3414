import { afterEach, expect, test } from 'vitest'
import type { Attributes } from '@opentelemetry/api'
import type { OperationFacts, QueryFacts } from '../../src/context/facts.ts'
import { SPAN_KIND, STATUS_ERROR } from '../../src/context/operation/operation.ts'
import { setObserver } from '../../src/context/observer.ts'
import { toSampler } from '../../src/context/sampler.ts'
import { tracerProvider } from '../../src/tracing/tracer.ts'

const tracer = tracerProvider.getTracer('test')

afterEach(() => {
  setObserver({
    sinks: [],
    sampler: toSampler({ parentBased: true, ratio: 1 }),
    isInternalHost: () => false,
    onBrokenSink: () => undefined,
  })
})

test('a span with the old names of its attributes has the stable ones, and nothing that may be secret', () => {
  const { queries } = record(() =>
    client('old', {
      'db.system': 'mssql',
      'db.name': 'shop',
      'db.statement': `SELECT * FROM orders WHERE card = 'hunter2'`,
      'db.user': 'sa',
      'db.connection_string': 'Server=db;Password=hunter2',
      'net.peer.name': 'db',
      'net.peer.port': 1433,
      'db.sql.table': 'orders',
    }).end(),
  )
  expect(queries).toMatchObject([
    { system: 'microsoft.sql_server', operation: 'SELECT', namespace: 'shop', name: 'SELECT shop' },
  ])
  expect(queries[0]).toMatchObject({ host: 'db', port: 1433 })
  expect(queries[0]?.attributes).toEqual({
    'db.system.name': 'microsoft.sql_server',
    'db.namespace': 'shop',
    'db.query.text': 'SELECT * FROM orders WHERE card = ?',
    'db.operation.name': 'SELECT',
    'db.collection.name': 'orders',
    'server.address': 'db',
    'server.port': 1433,
  })
})

test('a span that has the old and the stable names keeps the stable ones', () => {
  const { queries } = record(() =>
    client('both', {
      'db.system': 'mongodb',
      'db.system.name': 'mongodb',
      'db.operation': 'old',
      'db.operation.name': 'find',
    }).end(),
  )
  expect(queries[0]?.attributes).toEqual({
    'db.system.name': 'mongodb',
    'db.operation.name': 'find',
  })
})

test('the opening of a connection is a span and no query', () => {
  const { queries, spans } = record(() =>
    client('pg.connect', { 'db.system.name': 'postgresql', 'db.name': 'shop' }).end(),
  )
  expect(queries).toEqual([])
  expect(spans[0]?.attributes).toEqual({ 'db.system.name': 'postgresql', 'db.namespace': 'shop' })
})

test('the span of an object mapper around the query of its driver is no second query', () => {
  const { queries, spans } = record(() => {
    const outer = tracer.startActiveSpan(
      'mongoose.Order.find',
      { kind: SPAN_KIND.client, attributes: { 'db.system': 'mongoose', 'db.operation': 'find' } },
      (span) => {
        client('mongodb.find', { 'db.system': 'mongodb', 'db.operation': 'find' }).end()
        return span
      },
    )
    outer.end()
  })
  expect(queries.map(({ system }) => system)).toEqual(['mongodb'])
  expect(spans.map(({ name }) => name)).toEqual(['mongoose.Order.find'])
})

test("what pg's instrumentation tells of an error becomes an error with its code", () => {
  const { queries } = record(() => {
    const span = client('q', { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT 1' })
    span.recordException(`PostgreSQL error of type 'error' occurred (code: 23505)`)
    span.setStatus({ code: STATUS_ERROR, message: 'duplicate key' })
    span.end()
  })
  expect(queries[0]?.failure).toMatchObject({ message: 'duplicate key', code: '23505' })
  expect(queries[0]?.attributes).toMatchObject({
    'error.type': '23505',
    'db.response.status_code': '23505',
  })
})

function client(name: string, attributes: Attributes): ReturnType<typeof tracer.startSpan> {
  return tracer.startSpan(name, { kind: SPAN_KIND.client, attributes })
}

function record(work: () => void): { queries: QueryFacts[]; spans: OperationFacts[] } {
  const queries: QueryFacts[] = []
  const spans: OperationFacts[] = []
  setObserver({
    sinks: [{ onQuery: (facts) => queries.push(facts), onSpan: (facts) => spans.push(facts) }],
    sampler: toSampler({ parentBased: true, ratio: 1 }),
    isInternalHost: () => false,
    onBrokenSink: (error) => {
      throw error
    },
  })
  work()
  return { queries, spans }
}
