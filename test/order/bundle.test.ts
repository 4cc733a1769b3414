import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Collector, openCollector } from '../../src/testing/collector.ts'
import { findSamples, parseExposition } from '../../src/testing/exposition.ts'
import { openSentryIngest, type SentryIngest } from '../../src/testing/sentry-ingest.ts'
import { findBinary } from '../real/binary.ts'
import { startMariadb } from '../real/mariadb.ts'
import { startPostgres } from '../real/postgres.ts'
import { startRedis } from '../real/redis.ts'
import { type AppFolder, makeAppFolder } from './app-folder.ts'
import { type AppProcess, openAppProcess } from './app-process.ts'
import { buildRuntime } from './build-runtime.ts'
import { bundleApp, BUNDLES } from './bundle-app.ts'
import { openPeer } from './peer.ts'
import { readRequest } from './seen-work.ts'

const CLIENTS = ['pg', 'ioredis', 'redis', 'mysql2']

/** pg publishes no channel: inside of a bundle it cannot be seen. */
const SEEN = ['client GET', 'mysql SELECT ? AS id', 'redis GET thing:?', 'redis HGET ? ?']

const SERVERS = ['postgres', 'redis-server', 'mariadbd']
const missing = SERVERS.filter((name) => findBinary(name) === undefined)
const note = missing.length === 0 ? '' : ` (skipped: this machine has no ${missing.join(', ')})`

describe.skipIf(missing.length > 0).for(['esm', 'cjs'] as const)(
  `an app in one file, as %s, in a folder without node_modules${note}`,
  (format) => {
    let collector: Collector
    let sentry: SentryIngest
    let folder: AppFolder
    let app: AppProcess
    const closing: (() => unknown)[] = []

    beforeAll(async () => {
      const peer = await openPeer('hello')
      closing.push(() => peer.close())
      const [runtime, ...opened] = await Promise.all([
        buildRuntime(),
        openCollector(),
        openSentryIngest(),
        startPostgres(),
        startRedis(),
        startMariadb(),
      ])
      const source = makeAppFolder({
        packages: [...CLIENTS, 'fastify', 'express', 'hono', '@hono/node-server'],
        runtime: runtime.path,
      })
      folder = makeAppFolder(format === 'esm' ? { missing: CLIENTS } : { manifest: false })
      for (const each of [runtime, source, folder, ...opened]) closing.push(() => each?.close())
      await bundleApp(join(source.path, 'bundled.mjs'), folder.path, format)
      const [received, ingest, postgres, redis, mariadb] = opened
      collector = received
      sentry = ingest
      app = await openAppProcess({
        folder: folder.path,
        words: [BUNDLES[format]],
        env: {
          OTEL_SERVICE_NAME: 'shop',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          SENTRY_DSN: sentry.dsn,
          PG_URL: postgres?.url ?? '',
          REDIS_URL: redis?.url ?? '',
          MYSQL_URL: mariadb?.url ?? '',
          PEER_URL: peer.url,
        },
      })
      closing.unshift(() => app.stop())
    })

    afterAll(async () => {
      for (const close of closing) await close()
    })

    test.for(['fastify', 'express'])('%s: routes, calls and channels are seen', async (server) => {
      const seen = await readRequest(collector, `${app.url(server)}/things/7`)
      expect(seen.server.name).toBe('GET /things/:id')
      expect(seen.work).toEqual(SEEN)
    })

    test.for(['fastify', 'express'])(
      '%s: an error is reported in the trace of its request, whose metric has it as exemplar',
      async (server) => {
        const { server: span } = await readRequest(collector, `${app.url(server)}/fails`)
        const event = await sentry.waitFor(
          ({ contexts }) => contexts?.trace?.trace_id === span.traceId,
        )
        expect(event.exception?.values?.[0]?.value).toBe('planned failure')
        const reply = await fetch(`${app.url('admin')}/metrics`, {
          headers: { accept: 'application/openmetrics-text' },
        })
        const page = parseExposition(await reply.text())
        const exemplars = findSamples(page, 'http_server_request_duration_seconds_bucket').map(
          ({ exemplar }) => exemplar?.labels['trace_id'],
        )
        expect(exemplars).toContain(span.traceId)
      },
    )

    test('pg is named as not seen, with the fix, and nothing else is', () => {
      const told = app.lines.filter(({ severity }) => severity === 'warn')
      expect(told).toMatchObject([
        { message: 'pg is not seen: bundled', fix: expect.stringContaining('--packages=external') },
      ])
    })
  },
)
