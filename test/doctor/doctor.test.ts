import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import type { Check, Diagnosis } from '../../src/convention/doctor.ts'
import { checkProcess } from '../../src/doctor/process-checks.ts'
import { openAppFolder } from './app-folder.ts'

const BIN = join(import.meta.dirname, '../../tooling/servicex.ts')

let app: ReturnType<typeof openAppFolder>

afterEach(() => app.close())

describe('the exit code is for CI', () => {
  test('0 when nothing fails', async () => {
    open()
    const { exitCode, diagnosis } = await run()
    expect(exitCode).toBe(0)
    expect(diagnosis).toMatchObject({
      service: 'billing',
      environment: 'development',
      root: app.path,
      summary: { fail: 0 },
    })
    expect(diagnosis.checks).toHaveLength(
      diagnosis.summary.pass + diagnosis.summary.warn + diagnosis.summary.fail,
    )
  })

  test('1 when the service would not start, with every wrong setting', async () => {
    open()
    const { exitCode, diagnosis } = await run({ LOG_LEVEL: 'loud', PORT: '80a' })
    expect(exitCode).toBe(1)
    expect(failures(diagnosis).map(({ name, message }) => [name, message])).toEqual([
      ['LOG_LEVEL', 'is "loud" — expected one of debug, info, warn, error, fatal'],
      ['PORT', 'is "80a" — expected an integer 0–65535'],
    ])
  })

  test('1 when a backend cannot be reached; nothing secret is said', async () => {
    open()
    const { exitCode, diagnosis, stdout } = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      SENTRY_DSN: 'http://secretkey@127.0.0.1:9/1',
    })
    expect(exitCode).toBe(1)
    expect(
      failures(diagnosis).map(({ category, name, message }) => [category, name, message]),
    ).toEqual([
      ['telemetry', 'traces', '127.0.0.1:9 cannot be reached: ECONNREFUSED'],
      ['telemetry', 'errors', '127.0.0.1:9 cannot be reached: ECONNREFUSED'],
    ])
    expect(stdout).not.toContain('secretkey')
  })
})

test('a person reads what is wrong, by category, with the fix below it', async () => {
  open()
  const { stdout } = await run({ LOG_LEVEL: 'loud' }, [])
  expect(stdout).toMatch(/^billing \(unknown\) in .+\n\nnode\n/)
  expect(stdout).toMatch(
    /\n {2}FAIL {2}LOG_LEVEL {2,}is "loud" — expected .+\n +fix: set LOG_LEVEL/,
  )
  expect(stdout).toMatch(/\n\d+ ok, \d+ to look at, 1 failed\n$/)
})

test('a backend that listens is reached', async () => {
  open()
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { diagnosis } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
  expect(find(diagnosis, 'telemetry', 'traces')).toMatchObject({ status: 'pass' })
  server.close()
})

describe('each setting says where it came from', () => {
  test('the environment, the declaration, package.json or a default', async () => {
    open({
      'service.ts': `export default { name: 'billing', shutdown: { drainSeconds: 3 } }`,
    })
    const { diagnosis } = await run({ LOG_LEVEL: 'warn', SENTRY_ENVIRONMENT: 'qa' })
    const messages = Object.fromEntries(
      diagnosis.checks
        .filter(({ category }) => category === 'settings')
        .map(({ name, message }) => [name, message]),
    )
    expect(messages).toMatchObject({
      'service.ts': 'is the declaration',
      OTEL_SERVICE_NAME: 'billing (service.ts)',
      environment: 'qa (SENTRY_ENVIRONMENT)',
      SERVICEX_REVISION: '1.4.0 (package.json)',
      LOG_LEVEL: 'warn (LOG_LEVEL)',
      PORT: '8080 (default)',
      SERVICEX_DRAIN_TIMEOUT: '3000 ms (service.ts)',
    })
  })

  test('a declaration that cannot be loaded is named, and the rest is looked at', async () => {
    open({ 'service.ts': `import './missing.ts'` })
    const { exitCode, diagnosis } = await run()
    expect(find(diagnosis, 'settings', 'service.ts')).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/^cannot be loaded: Cannot find module/),
    })
    expect(exitCode).toBe(0)
  })
})

describe('packages', () => {
  const openai = {
    'node_modules/openai/package.json': {
      name: 'openai',
      version: '6.30.1',
      type: 'module',
      exports: './index.js',
    },
    'node_modules/openai/index.js': 'export default class {}',
  }

  test('a real ES module needs --import', async () => {
    open({ ...openai, 'package.json': { ...PACKAGE, dependencies: { openai: '6.30.1' } } })
    const { diagnosis } = await run()
    expect(find(diagnosis, 'packages', 'openai 6.30.1')).toMatchObject({
      status: 'warn',
      message: 'is not seen: needs --import',
      fix: expect.stringContaining('--import servicex/register'),
    })
  })

  test('and is well where a package script gives it', async () => {
    const scripts = { start: 'node --import servicex/register dist/app.js' }
    open({ ...openai, 'package.json': { ...PACKAGE, scripts, dependencies: { openai: '6.30.1' } } })
    const { diagnosis } = await run()
    expect(find(diagnosis, 'packages', 'openai 6.30.1')).toMatchObject({ status: 'pass' })
  })

  test('one with a channel is seen as it is', async () => {
    open({ 'node_modules/fastify/package.json': { name: 'fastify', version: '5.12.8' } })
    const { diagnosis } = await run()
    expect(find(diagnosis, 'packages', 'fastify 5.12.8')).toMatchObject({
      status: 'pass',
      message: 'native channel',
    })
  })
})

describe('second copies', () => {
  test('of the OpenTelemetry API: one that is too new loses data', async () => {
    open({
      'node_modules/@opentelemetry/api/package.json': { version: '1.9.0' },
      'node_modules/a/node_modules/@opentelemetry/api/package.json': { version: '1.99.0' },
      'node_modules/.pnpm/b@1/node_modules/@opentelemetry/api/package.json': { version: '2.0.0' },
    })
    const { exitCode, diagnosis } = await run()
    expect(exitCode).toBe(1)
    const { status, message } = find(diagnosis, 'copies', '@opentelemetry/api')
    expect(status).toBe('fail')
    expect(message).toMatch(/1\.99\.0 \(node_modules\/a\/node_modules\/@opentelemetry\/api\)/)
    expect(message).toMatch(/2\.0\.0 \(/)
    expect(message).not.toMatch(/1\.9\.0/)
  })

  test.for(['1.9.0', '1.10.0', '1.10.7'])('of the OpenTelemetry API: %s works', async (version) => {
    open({ 'node_modules/@opentelemetry/api/package.json': { version } })
    const { diagnosis } = await run()
    expect(find(diagnosis, 'copies', '@opentelemetry/api')).toMatchObject({ status: 'pass' })
  })

  test('of prom-client: the metrics of one are not on the page', async () => {
    open({
      'node_modules/prom-client/package.json': { version: '15.1.3' },
      'node_modules/a/node_modules/prom-client/package.json': { version: '14.2.0' },
    })
    const { diagnosis } = await run()
    expect(find(diagnosis, 'copies', 'prom-client')).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/15\.1\.3 .*14\.2\.0 .*not on \/metrics/),
    })
  })
})

test('an app that asks for another Node is told', async () => {
  open({ 'package.json': { ...PACKAGE, engines: { node: '>=99' } } })
  const { diagnosis } = await run()
  expect(find(diagnosis, 'node', 'what the app needs')).toMatchObject({
    status: 'warn',
    fix: 'run the service with a Node of >=99',
  })
})

test.for<[string | undefined, Check['status'], RegExp]>([
  ['node --import servicex/register dist/app.js', 'pass', /drains on its SIGTERM/],
  ['/usr/local/bin/node app.js', 'pass', /drains on its SIGTERM/],
  ['npm start', 'warn', /SIGTERM goes to npm/],
  ['node /usr/local/bin/npm start', 'warn', /SIGTERM goes to npm/],
  ['node /usr/lib/node_modules/npm/bin/npm-cli.js run start', 'warn', /SIGTERM goes to npm/],
  ['/bin/sh -c node app.js', 'warn', /is a shell/],
  ['bash entrypoint.sh', 'warn', /is a shell/],
  ['/sbin/tini -- node app.js', 'pass', /is \/sbin\/tini/],
  ['/sbin/init', 'pass', /is \/sbin\/init/],
  [undefined, 'pass', /not known/],
])('PID 1 is %j: %s', ([command, status, message]) => {
  open()
  expect(checkProcess(command ?? null)).toEqual([
    expect.objectContaining({ status, message: expect.stringMatching(message) }),
  ])
})

const PACKAGE = { name: 'billing', version: '1.4.0', type: 'module' }

function open(files: Readonly<Record<string, unknown>> = {}): void {
  app = openAppFolder({ 'package.json': PACKAGE, ...files })
}

async function run(
  env: Readonly<Record<string, string>> = {},
  options: readonly string[] = ['--json'],
): Promise<{ exitCode: number; stdout: string; diagnosis: Diagnosis }> {
  const child = spawn(process.execPath, [BIN, 'doctor', app.path, ...options], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [stdout, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')])
  const diagnosis = (options.length > 0 ? JSON.parse(stdout) : {}) as Diagnosis
  return { exitCode: exitCode as number, stdout, diagnosis }
}

function find({ checks }: Diagnosis, category: string, name: string): Check {
  const check = checks.find((one) => one.category === category && one.name === name)
  if (check === undefined)
    throw new Error(`no check ${category}/${name}: ${JSON.stringify(checks)}`)
  return check
}

function failures({ checks }: Diagnosis): Check[] {
  return checks.filter(({ status }) => status === 'fail')
}
