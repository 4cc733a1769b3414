import { channel } from 'node:diagnostics_channel'
import { type ChannelListeners, listen } from '../channel.ts'
import { QueryOperation, type QueryStart } from '../operation/query-operation.ts'
import { redisText } from '../operation/redis-text.ts'
import { currentScope, isSuppressed, type Scope, storage } from '../scope.ts'
import { sqlOperation, withoutLiterals } from '../operation/sql-text.ts'

/** What the clients' tracing channels publish; one object follows a query through all its events. */
interface QueryMessage {
  readonly query?: string
  readonly command?: string
  readonly args?: readonly string[]
  readonly database?: string | number
  readonly batchMode?: string
  readonly batchSize?: number
  readonly serverAddress?: string
  readonly serverPort?: number
  readonly error?: unknown
}

type ToStart = (message: QueryMessage) => QueryStart | undefined

/** The channels of the clients that tell of their queries themselves: ioredis ≥ 5.11, node-redis ≥ 5.12, mysql2 ≥ 3.20. */
const CHANNELS: Readonly<Record<string, ToStart>> = {
  'ioredis:command': fromRedis,
  'node-redis:command': fromRedis,
  'node-redis:batch': fromRedisBatch,
  'mysql2:query': fromMysql,
  'mysql2:execute': fromMysql,
}

/** Operations whose callbacks come from a pooled connection, in the scope of whoever used it last. */
const CALLBACKS: readonly string[] = ['mysql2:query', 'mysql2:execute', 'mysql2:pool:connect']

/** Observes the queries of database clients that have channels of their own. Gives what undoes it. */
export function observeQueries(): () => void {
  const queries = new WeakMap<object, QueryOperation>()
  const undo = [
    ...Object.entries(CHANNELS).map(([name, toStart]) =>
      listen(listenersOf(name, toStart, queries)),
    ),
    ...CALLBACKS.map(keepScope),
  ]
  return () => {
    for (const stop of undo) stop()
  }
}

/** Runs the callback of an operation in the scope it was begun in: whatever it starts is part of the same request. */
function keepScope(name: string): () => void {
  const scopes = new WeakMap<object, Scope>()
  const stop = listen({
    [`tracing:${name}:start`]: (message: object) => {
      const scope = currentScope()
      if (scope !== undefined) scopes.set(message, scope)
    },
  })
  const end = channel(`tracing:${name}:asyncStart`)
  end.bindStore(storage, (message) => scopes.get(message as object))
  return () => {
    stop()
    end.unbindStore(storage)
  }
}

function listenersOf(
  name: string,
  toStart: ToStart,
  queries: WeakMap<object, QueryOperation>,
): ChannelListeners {
  return {
    [`tracing:${name}:start`]: (message: QueryMessage) => {
      const scope = currentScope()
      const start = isSuppressed(scope) ? undefined : toStart(message)
      if (start !== undefined) queries.set(message, new QueryOperation(start, scope))
    },
    [`tracing:${name}:error`]: (message: QueryMessage) => queries.get(message)?.fail(message.error),
    // A client that throws before it sends anything has no asynchronous part.
    [`tracing:${name}:end`]: (message: QueryMessage) => {
      if (message.error !== undefined) queries.get(message)?.finish()
    },
    [`tracing:${name}:asyncStart`]: (message: QueryMessage) => queries.get(message)?.finish(),
  }
}

function fromRedis(message: QueryMessage): QueryStart {
  const command = (message.command ?? '').toUpperCase()
  const args = message.args ?? []
  // node-redis repeats the command among the arguments.
  const own = args[0]?.toUpperCase() === command ? args.slice(1) : args
  return { ...redisPlace(message), operation: command, text: redisText(command, own) }
}

/** The commands of a pipeline are told of one by one, those of a transaction only together. */
function fromRedisBatch(message: QueryMessage): QueryStart | undefined {
  if (message.batchMode === 'PIPELINE') return undefined
  return {
    ...redisPlace(message),
    operation: message.batchMode ?? 'MULTI',
    text: undefined,
    attributes:
      message.batchSize === undefined
        ? undefined
        : { 'db.operation.batch.size': message.batchSize },
  }
}

function redisPlace(
  message: QueryMessage,
): Pick<QueryStart, 'system' | 'namespace' | 'host' | 'port'> {
  return { system: 'redis', namespace: namespaceOf(message), ...serverOf(message) }
}

function fromMysql(message: QueryMessage): QueryStart {
  const text = withoutLiterals(message.query ?? '', 'mysql')
  return {
    system: 'mysql',
    operation: sqlOperation(text),
    namespace: namespaceOf(message),
    ...serverOf(message),
    text,
  }
}

function namespaceOf({ database }: QueryMessage): string | undefined {
  return database === undefined || database === '' ? undefined : String(database)
}

function serverOf({ serverAddress, serverPort }: QueryMessage): Pick<QueryStart, 'host' | 'port'> {
  return { host: serverAddress, port: serverPort }
}
