import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { openApp, type AppProcess } from './app-process.ts'

let app: AppProcess | undefined

afterEach(() => app?.close())

describe('a service that a package script runs', () => {
  test('says at start that npm stands before it, with the fix', async () => {
    app = await openApp('serve-node-http.ts', { env: { npm_lifecycle_event: 'start' } })
    expect(app.lines).toContainEqual(
      expect.objectContaining({
        severity: 'warn',
        message: expect.stringMatching(/^started by the package script "start"/),
        fix: 'start node itself: CMD ["node", "dist/app.js"]',
      }),
    )
  })

  test.for([
    ['run by node itself', {}],
    ['on a person’s machine', { npm_lifecycle_event: 'dev', NODE_ENV: 'test' }],
  ] as const)('%s says nothing of it', async ([, env]) => {
    app = await openApp('serve-node-http.ts', { env })
    expect(app.lines.map(({ severity }) => severity)).toEqual(['info'])
  })
})

test('a handler of a stop signal beside servicex is told of once, with its place and the fix', async () => {
  app = await openApp('serve-foreign.ts')
  const warnings = app.lines.filter(({ severity }) => severity === 'warn')
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^SIGTERM is handled at .+serve-foreign\.ts:6:\d+ too/),
    expect.stringMatching(/^SIGINT is handled at .+serve-foreign\.ts:7:\d+ too/),
  ])
  expect(warnings[0]).toMatchObject({ fix: expect.stringContaining('onShutdown()') })
})

describe('the line at start', () => {
  test('says in development what is seen and where telemetry goes', async () => {
    const env = {
      NODE_ENV: 'development',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      SENTRY_DSN: 'http://secretkey@127.0.0.1:9/1',
    }
    app = await openApp('serve-fastify.ts', { env })
    const line = await app.waitForLine(({ message }) => message?.includes('listens:') === true)
    expect(line.message).toMatch(
      /^servicex listens: sees HTTP, fastify.*; traces go to http:\/\/127\.0\.0\.1:9\/v1\/traces; errors go to 127\.0\.0\.1:9\. More: npx servicex doctor$/,
    )
    expect(line).toMatchObject({ severity: 'info', packages: { fastify: 'native channel' } })
    expect(JSON.stringify(line)).not.toContain('secretkey')
  })

  test('is not written elsewhere', async () => {
    app = await openApp('serve-fastify.ts')
    await fetch(`http://127.0.0.1:${app.port}/`)
    await app.waitForLine(({ message }) => message === 'GET / 200')
    expect(app.lines.some(({ message }) => message?.includes('listens:') === true)).toBe(false)
  })
})

const namespaces = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0
const note = namespaces ? '' : ' (skipped: this machine lets nobody make a process namespace)'

test.skipIf(!namespaces)(`as PID 1 a service drains on SIGTERM all the same${note}`, async () => {
  app = await openApp('serve-node-http.ts', {
    command: ['unshare', '--pid', '--fork', '--kill-child'],
  })
  const children = readFileSync(`/proc/${app.pid}/task/${app.pid}/children`, 'utf8').trim()
  process.kill(Number(children), 'SIGTERM')
  expect((await app.ended).exitCode).toBe(0)
  expect(app.lines.at(-1)?.message).toBe('SIGTERM: draining')
})
