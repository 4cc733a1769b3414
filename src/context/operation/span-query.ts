import type { Attributes } from '@opentelemetry/api'
import type { OperationFacts, QueryFacts } from '../facts.ts'
import { SPAN_KIND } from './operation.ts'
import { queryName } from './query-operation.ts'
import { redisText } from './redis-text.ts'
import { sqlDialect, sqlOperation, withoutLiterals } from './sql-text.ts'

/** Names that instrumentations used before the database conventions were stable. Source: OpenTelemetry semantic conventions 1.44, database migration. */
const STABLE_NAMES: Readonly<Record<string, string>> = {
  'db.system': 'db.system.name',
  'db.statement': 'db.query.text',
  'db.operation': 'db.operation.name',
  'db.name': 'db.namespace',
  'db.redis.database_index': 'db.namespace',
  'db.cassandra.keyspace': 'db.namespace',
  'db.mongodb.collection': 'db.collection.name',
  'db.cassandra.table': 'db.collection.name',
  'db.sql.table': 'db.collection.name',
  'net.peer.name': 'server.address',
  'net.peer.port': 'server.port',
}

/** Attributes that may hold a password or a value, and that no convention has any more. */
const DROPPED: ReadonlySet<string> = new Set([
  'db.connection_string',
  'db.user',
  'db.postgresql.values',
])

/** Old names of systems that have others now. */
const SYSTEM_NAMES: Readonly<Record<string, string>> = {
  mssql: 'microsoft.sql_server',
  oracle: 'oracle.db',
}

/** Says whether a span is work with a database, by its attributes. */
export function isDatabaseSpan({ kind, attributes }: OperationFacts): boolean {
  return (
    kind === SPAN_KIND.client &&
    (attributes?.['db.system.name'] ?? attributes?.['db.system']) !== undefined
  )
}

/**
 * Gives a database span of an instrumentation as a query, under the stable names and without values;
 * `undefined` when it is none, as the opening of a connection.
 */
export function toQueryFacts(span: OperationFacts): QueryFacts | undefined {
  const attributes = toStableAttributes(span.attributes ?? {})
  const query = toQuery(attributes)
  if (query.operation === undefined && query.text === undefined) return undefined
  const failure = toFailure(span)
  return withMembers(span, {
    ...query,
    failure,
    name: queryName(query),
    attributes: { ...attributes, ...queryAttributes(query, failure) },
  })
}

/** Gives a database span that is no query under the stable names. */
export function toConnectionFacts(span: OperationFacts): OperationFacts {
  const attributes = toStableAttributes(span.attributes ?? {})
  return withMembers(span, { failure: toFailure(span), attributes })
}

type Query = Pick<QueryFacts, 'system' | 'operation' | 'namespace' | 'host' | 'port' | 'text'>

function toQuery(attributes: Attributes): Query {
  const textOf = (name: string): string | undefined => {
    const value = attributes[name]
    return typeof value === 'number' ? String(value) : typeof value === 'string' ? value : undefined
  }
  const system = textOf('db.system.name') ?? ''
  const text = maskText(system, textOf('db.query.text'))
  const port = Number(attributes['server.port'])
  return {
    system,
    operation: operationOf(system, text) ?? textOf('db.operation.name'),
    namespace: textOf('db.namespace'),
    host: textOf('server.address'),
    port: Number.isFinite(port) ? port : undefined,
    text,
  }
}

/** Read from the text first: some instrumentations take all of it up to the first blank, new lines included, for the verb. */
function operationOf(system: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (system === 'redis') return text.split(' ', 1)[0]
  return sqlDialect(system) === undefined ? undefined : sqlOperation(text)
}

function queryAttributes({ text, operation }: Query, failure: unknown): Attributes {
  const code = (failure as { code?: unknown } | undefined)?.code
  return {
    ...(text === undefined ? {} : { 'db.query.text': text }),
    ...(operation === undefined ? {} : { 'db.operation.name': operation }),
    ...(typeof code === 'string' ? { 'db.response.status_code': code, 'error.type': code } : {}),
  }
}

function maskText(system: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const dialect = sqlDialect(system)
  if (dialect !== undefined) return withoutLiterals(text, dialect)
  if (system !== 'redis') return text
  const [command = '', ...args] = text.split(' ')
  return redisText(command.toUpperCase(), args)
}

function toStableAttributes(attributes: Attributes): Attributes {
  const stable: Attributes = {}
  for (const name in attributes) {
    if (DROPPED.has(name)) continue
    const value = attributes[name]
    const stableName = STABLE_NAMES[name]
    // A span that has both names keeps what is under the stable one.
    if (stableName === undefined) stable[name] = value
    else stable[stableName] ??= attributes[stableName] ?? value
  }
  const system = stable['db.system.name']
  if (typeof system === 'string') stable['db.system.name'] = SYSTEM_NAMES[system] ?? system
  return stable
}

/** pg's instrumentation tells of an error by a sentence that holds its code, and by its message. */
function toFailure({ failure, status }: OperationFacts): unknown {
  if (typeof failure !== 'string') return failure
  const code = /\(code: (\w+)\)/.exec(failure)?.[1]
  const error = new Error(status?.message ?? failure)
  error.name = 'DatabaseError'
  error.stack = `${error.name}: ${error.message}`
  return code === undefined || code === 'UNKNOWN' ? error : Object.assign(error, { code })
}

/**
 * The span's facts with others in place of some. They are copied: to inherit from a span makes V8 prepare
 * each as a prototype, and every reader meet an object of another shape, at the price of the whole query.
 */
function withMembers<Members extends object>(
  span: OperationFacts,
  members: Members,
): OperationFacts & Members {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    sampled: span.sampled,
    traceState: span.traceState,
    name: span.name,
    kind: span.kind,
    startTimeMs: span.startTimeMs,
    durationMs: span.durationMs,
    failure: span.failure,
    status: span.status,
    attributes: span.attributes,
    events: span.events,
    links: span.links,
    scopeName: span.scopeName,
    ...members,
  }
}
