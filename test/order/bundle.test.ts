import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findSamples, parseExposition } from '../../src/wire/exposition.ts'
import { openSentryIngest, type SentryIngest } from '../../src/testing/sentry-ingest.ts'
import { type AppFolder, makeAppFolder } from './app-folder.ts'
import { type AppProcess, openAppProcess } from './app-process.ts'
import { buildRuntime, type BuiltRuntime } from './build-runtime.ts'
import { bundleApp, BUNDLES } from './bundle-app.ts'
import { type AppServices, isServiceMissing, missingNote, openServices } from './order-services.ts'
import { readRequest } from './seen-work.ts'

const CLIENTS = ['pg', 'ioredis', 'redis', 'mysql2']

/** pg publishes no channel: inside of a bundle it cannot be seen. */
const SEEN = ['client GET', 'mysql SELECT ? AS id', 'redis GET thing:?', 'redis HGET ? ?']

describe.skipIf(isServiceMissing)(`an app in one file${missingNote}`, () => {
  let runtime: BuiltRuntime
  let services: AppServices
  let source: AppFolder

  beforeAll(async () => {
    ;[runtime, services] = await Promise.all([buildRuntime(), openServices()])
    source = makeAppFolder({
      packages: [...CLIENTS, 'fastify', 'express'],
      runtime: runtime.path,
    })
  })

  afterAll(async () => {
    source.close()
    runtime.close()
    await services.close()
  })

  describe.for([
    ['esm', 'with a package.json', { missing: CLIENTS }],
    ['cjs', 'without a package.json', { manifest: false }],
  ] as const)('as %s, in a folder %s and without node_modules', ([format, , options]) => {
    let sentry: SentryIngest
    let folder: AppFolder
    let app: AppProcess

    beforeAll(async () => {
      sentry = await openSentryIngest()
      folder = makeAppFolder(options)
      await bundleApp(join(source.path, 'bundled.mjs'), folder.path, format)
      app = await openAppProcess({
        folder: folder.path,
        words: [BUNDLES[format]],
        env: {
          ...services.env,
          OTEL_SERVICE_NAME: 'shop',
          OTEL_EXPORTER_OTLP_ENDPOINT: services.collector.url,
          SENTRY_DSN: sentry.dsn,
        },
      })
      return async () => {
        await app.stop()
        await sentry.close()
        folder.close()
      }
    })

    test.for(['fastify', 'express'])('%s: routes, calls and channels are seen', async (server) => {
      const seen = await readRequest(services.collector, `${app.url(server)}/things/7`)
      expect(seen.server.name).toBe('GET /things/:id')
      expect(seen.work).toEqual(SEEN)
    })

    test.for(['fastify', 'express'])(
      '%s: an error is reported in the trace of its request, whose metric has it as exemplar',
      async (server) => {
        const { server: span } = await readRequest(services.collector, `${app.url(server)}/fails`)
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
  })
})
