import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Collector, openCollector } from '../../src/testing/collector.ts'
import { findBinary } from '../real/binary.ts'
import { startMariadb } from '../real/mariadb.ts'
import { startPostgres } from '../real/postgres.ts'
import { startRedis } from '../real/redis.ts'
import { type AppFolder, makeAppFolder } from './app-folder.ts'
import { openAppProcess } from './app-process.ts'
import { buildRuntime, type BuiltRuntime } from './build-runtime.ts'
import { openPeer, type Peer } from './peer.ts'
import { readRequest } from './seen-work.ts'

const CLIENTS = ['pg', 'ioredis', 'redis', 'mysql2']
const FRAMEWORKS = ['fastify', 'express', 'hono', '@hono/node-server', 'koa', '@koa/router']

/** The work of one request, in the words of `readRequest`. */
const EVERYTHING = [
  'client GET',
  'mysql SELECT ? AS id',
  'postgresql SELECT $1::text AS id',
  'redis GET thing:?',
  'redis HGET ? ?',
]

const SERVERS = ['postgres', 'redis-server', 'mariadbd']
const missing = SERVERS.filter((name) => findBinary(name) === undefined)
const note = missing.length === 0 ? '' : ` (skipped: this machine has no ${missing.join(', ')})`

let runtime: BuiltRuntime
let collector: Collector
let peer: Peer
let env: Record<string, string>
const closing: (() => unknown)[] = []

beforeAll(async () => {
  if (missing.length > 0) return
  peer = await openPeer('hello')
  const [built, received, postgres, redis, mariadb] = await Promise.all([
    buildRuntime(),
    openCollector(),
    startPostgres(),
    startRedis(),
    startMariadb(),
  ])
  runtime = built
  collector = received
  env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    PG_URL: postgres?.url ?? '',
    REDIS_URL: redis?.url ?? '',
    MYSQL_URL: mariadb?.url ?? '',
    PEER_URL: peer.url,
  }
  for (const each of [built, received, postgres, redis, mariadb, peer])
    closing.push(() => each?.close())
})

afterAll(() => Promise.all(closing.map((close) => close())))

describe.skipIf(missing.length > 0)(`whatever the order of imports${note}`, () => {
  describe.for([
    [
      'servicex is imported first, init() follows all imports',
      ['first-import.mjs'],
      ['fastify', 'hono'],
    ],
    ['a module that calls init() is imported first', ['setup-first.mjs'], ['express', 'koa']],
    ['servicex is imported last', ['last-import.mjs'], ['express', 'koa']],
    ['everything is imported dynamically, after init()', ['dynamic-import.mjs'], ['fastify']],
    [
      'a CommonJS app requires packages before and after init()',
      ['required.cjs'],
      ['express', 'koa'],
    ],
    [
      'servicex/register is preloaded',
      ['--import', 'servicex/register', 'first-import.mjs'],
      ['fastify', 'hono'],
    ],
  ] as const)('%s', ([, words, servers]) => {
    let folder: AppFolder
    beforeAll(() => {
      folder = makeAppFolder({ packages: [...CLIENTS, ...FRAMEWORKS], runtime: runtime.path })
      return () => folder.close()
    })

    test('every request is seen, with its route and each query and call once', async () => {
      const app = await openAppProcess({ folder: folder.path, words, env })
      try {
        for (const server of servers) {
          const seen = await readRequest(collector, `${app.url(server)}/things/7`)
          expect(seen.server.name, server).toBe('GET /things/:id')
          expect(seen.work, server).toEqual(EVERYTHING)
        }
        expect(app.lines.filter(({ severity }) => severity === 'warn')).toEqual([])
        expect(app.stderr()).toBe('')
      } finally {
        expect(await app.stop()).toBe(0)
      }
    })
  })
})
