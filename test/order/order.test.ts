import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppFolder, makeAppFolder } from './app-folder.ts'
import { openAppProcess } from './app-process.ts'
import { buildRuntime, type BuiltRuntime } from './build-runtime.ts'
import { type AppServices, isServiceMissing, missingNote, openServices } from './order-services.ts'
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

describe.skipIf(isServiceMissing)(`whatever the order of imports${missingNote}`, () => {
  let runtime: BuiltRuntime
  let services: AppServices
  let folder: AppFolder

  beforeAll(async () => {
    ;[runtime, services] = await Promise.all([buildRuntime(), openServices()])
    folder = makeAppFolder({ packages: [...CLIENTS, ...FRAMEWORKS], runtime: runtime.path })
  })

  afterAll(async () => {
    folder.close()
    runtime.close()
    await services.close()
  })

  test.for([
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
  ] as const)(
    '%s: every request is seen, with its route and each query and call once',
    async ([, words, servers]) => {
      const { collector, env } = services
      const app = await openAppProcess({
        folder: folder.path,
        words,
        env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      })
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
    },
  )
})
