import { type ChannelListeners, listen } from './channel.ts'
import { QueryOperation, type QueryStart } from './query-operation.ts'
import { currentScope, isSuppressed } from './scope.ts'
import { sqlOperation, withoutLiterals } from './sql-text.ts'

/** What the clients' tracing channels publish; one object follows a query through all its events. */
interface QueryMessage {
  readonly query?: string
  readonly command?: string
  readonly args?: readonly unknown[]
  readonly database?: string | number
  readonly batchMode?: string
  readonly serverAddress?: string
  readonly serverPort?: number
  readonly error?: unknown
}

/** The channels of the clients that tell of their queries themselves: ioredis ≥ 5.11, node-redis ≥ 5.12, mysql2 ≥ 3.20. */
const CHANNELS: Readonly<Record<string, (message: QueryMessage) => QueryStart>> = {
  'ioredis:command': fromRedis,
  'node-redis:command': fromRedis,
  'node-redis:batch': fromRedisBatch,
  'mysql2:query': fromMysql,
  'mysql2:execute': fromMysql,
}

/** Observes the queries of database clients that have channels of their own. Gives what undoes it. */
export function observeQueries(): () => void {
  const queries = new WeakMap<object, QueryOperation>()
  const undo = Object.entries(CHANNELS).map(([name, toStart]) =>
    listen(listenersOf(name, toStart, queries)),
  )
  return () => {
    for (const stop of undo) stop()
  }
}

function listenersOf(
  name: string,
  toStart: (message: QueryMessage) => QueryStart,
  queries: WeakMap<object, QueryOperation>,
): ChannelListeners {
  return {
    [`tracing:${name}:start`]: (message: QueryMessage) => {
      const scope = currentScope()
      if (!isSuppressed(scope)) queries.set(message, new QueryOperation(toStart(message), scope))
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
  const command = message.command ?? ''
  // The clients give the arguments with values already replaced by `?`; node-redis repeats the command among them.
  const args = (message.args ?? []).map(String)
  const text = args[0]?.toUpperCase() === command.toUpperCase() ? args : [command, ...args]
  return { ...redisPlace(message), operation: command.toUpperCase(), text: text.join(' ') }
}

function fromRedisBatch(message: QueryMessage): QueryStart {
  return { ...redisPlace(message), operation: message.batchMode ?? 'PIPELINE', text: undefined }
}

function redisPlace(
  message: QueryMessage,
): Pick<QueryStart, 'system' | 'namespace' | 'host' | 'port'> {
  return {
    system: 'redis',
    namespace: message.database === undefined ? undefined : String(message.database),
    host: message.serverAddress,
    port: message.serverPort,
  }
}

function fromMysql(message: QueryMessage): QueryStart {
  const text = withoutLiterals(message.query ?? '')
  return {
    system: 'mysql',
    operation: sqlOperation(text),
    namespace: message.database === '' ? undefined : String(message.database),
    host: message.serverAddress,
    port: message.serverPort,
    text,
  }
}
