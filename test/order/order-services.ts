import { type Collector, openCollector } from '../../src/testing/collector.ts'
import { findBinary } from '../real/binary.ts'
import { startMariadb } from '../real/mariadb.ts'
import { startPostgres } from '../real/postgres.ts'
import { startRedis } from '../real/redis.ts'
import { openPeer, type Peer } from './peer.ts'

const SERVERS = ['postgres', 'redis-server', 'mariadbd']
const missing = SERVERS.filter((name) => findBinary(name) === undefined)

/** Whether a server that these tests need is not on this machine. */
export const isServiceMissing: boolean = missing.length > 0

/** What to add to the title of a test that is skipped for it; empty when it is not. */
export const missingNote: string = isServiceMissing
  ? ` (skipped: this machine has no ${missing.join(', ')})`
  : ''

/** Everything an app of these tests talks to. */
export interface AppServices {
  readonly collector: Collector
  readonly peer: Peer
  /** Where they are, as the apps' environment variables. */
  readonly env: Readonly<Record<string, string>>
  /** The port of each database, by OpenTelemetry's name of its system. */
  readonly ports: Readonly<Record<string, number | undefined>>
  close(): Promise<void>
}

/** Starts the databases, a collector and a service to call; the caller closes them. */
export async function openServices(): Promise<AppServices> {
  const [collector, peer, ...databases] = await Promise.all([
    openCollector(),
    openPeer('hello'),
    startPostgres(),
    startRedis(),
    startMariadb(),
  ])
  const [postgres, redis, mariadb] = databases
  return {
    collector,
    peer,
    env: {
      PG_URL: postgres?.url ?? '',
      REDIS_URL: redis?.url ?? '',
      MYSQL_URL: mariadb?.url ?? '',
      PEER_URL: peer.url,
    },
    ports: { postgresql: postgres?.port, redis: redis?.port, mysql: mariadb?.port },
    close: async () => {
      for (const each of [collector, peer, ...databases]) await each?.close()
    },
  }
}
