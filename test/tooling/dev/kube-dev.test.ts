import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StateAnswer } from '../../../tooling/plan/dev/api.ts'
import { toTraceRequest, TRACE } from './dashboard-fixture.ts'
import {
  type DevPlace,
  isAlive,
  type RunningDev,
  runKube,
  startDev,
  waitUntil,
  writeService,
} from './kube-dev.ts'

const APP = `
import { createServer } from 'node:http'
import { spawn } from 'node:child_process'
const { PORT, ADMIN_PORT, HOST, SERVICEX_URL_USERS, USERS_URL, SERVICEX_URL_BILLING, SENTRY_DSN, OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_ENDPOINT } = process.env
const server = createServer((request, response) => response.end('version 1')).listen(PORT, HOST)
createServer((request, response) => response.end('# TYPE answer gauge\\nanswer 42\\n# TYPE question gauge\\nquestion 6\\n')).listen(ADMIN_PORT)
await new Promise((resolve) => server.once('listening', resolve))
const helper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
console.log(JSON.stringify({ severity: 'info', message: 'up', pid: process.pid, helper: helper.pid, env: { PORT, HOST, SERVICEX_URL_USERS, USERS_URL, SERVICEX_URL_BILLING, SENTRY_DSN, OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_ENDPOINT } }))
process.on('SIGTERM', () => { console.log('drained'); process.exit(0) })
`

const place: DevPlace = { folder: mkdtempSync(join(tmpdir(), 'kube-dev-')) }
afterAll(() => rmSync(place.folder, { recursive: true, force: true }))

interface Up {
  readonly pid: number
  readonly helper: number
  readonly env: Readonly<Record<string, string>>
}

async function waitForUp(dev: RunningDev, service: string): Promise<Up> {
  const line = await dev.waitFor(
    `${service} is up`,
    (event) => event['service'] === service && event['message'] === 'up',
  )
  return line['fields'] as Up
}

describe('two services', () => {
  let dev: RunningDev
  let billing: Up
  let url = ''

  beforeAll(async () => {
    writeService(place, 'billing', APP)
    writeService(place, 'users', APP)
    dev = startDev(place, ['billing', 'users'])
    billing = await waitForUp(dev, 'billing')
    await waitForUp(dev, 'users')
    url = String((await dev.waitFor('the address', ({ kind }) => kind === 'dashboard'))['url'])
  })
  afterAll(async () => {
    dev.child.kill('SIGTERM')
    await dev.ended
  })

  test('get the variables of the convention, their own ports, and where the other is', async () => {
    const users = await dev.waitFor('users', (event) => event['name'] === 'users')
    expect(billing.env).toEqual({
      PORT: expect.stringMatching(/^\d+$/),
      HOST: '127.0.0.1',
      SERVICEX_URL_USERS: users['url'],
      USERS_URL: users['url'],
      SENTRY_DSN: `${new URL(url).origin.replace('://', '://servicex@')}/1`,
      OTEL_SERVICE_NAME: 'billing',
      OTEL_EXPORTER_OTLP_ENDPOINT: new URL(url).origin,
    })
    const address = await dev.waitFor('billing', (event) => event['name'] === 'billing')
    expect(await (await fetch(String(address['url']))).text()).toBe('version 1')
  })

  test('have their lines and their metrics shown, in the terminal too', async () => {
    const logs = await runKube(place, ['dev', 'logs', '--json', '--service', 'users'])
    expect(JSON.parse(logs.stdout)).toMatchObject({
      service: 'users',
      message: 'up',
      source: 'stdout',
    })
    await waitUntil('the scraped metric', async () => {
      const { stdout } = await runKube(place, ['dev', 'metrics', 'answer'])
      return /billing \{\} {2}42/.test(stdout) ? true : undefined
    })
    const listed = await runKube(place, ['dev', 'metrics', '--json', '--limit', '1'])
    expect(listed.stdout.match(/\n/g)).toHaveLength(1)
  })

  test('have an address that generated clients find, for this person only', () => {
    const folder = join(place.folder, 'state', 'servicex', 'dev')
    const file = join(folder, 'users.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: dev.child.pid })
    const [session = ''] = readdirSync(join(folder, 'sessions'))
    for (const path of [file, join(folder, 'sessions', session)])
      expect(statSync(path).mode & 0o077).toBe(0)
  })

  test('show a trace as a tree in the terminal; what is not known is exit code 2', async () => {
    const spans = [
      { spanId: 'a'.repeat(16), name: 'GET /evil\u001b[2J' },
      { spanId: 'b'.repeat(16), parentSpanId: 'a'.repeat(16), service: 'users', name: 'GET /user' },
    ]
    const body = gzipSync(JSON.stringify(toTraceRequest(spans)))
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const posted = await fetch(`${new URL(url).origin}/v1/traces`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    })
    expect(posted.status).toBe(200)
    const tree = await runKube(place, ['dev', 'traces', TRACE])
    expect(tree.stdout).toMatch(/^billing {2}GET \/evil\\u001b\[2J/m)
    expect(tree.stdout).toMatch(/^users {6}GET \/user /m)
    const missing = await runKube(place, ['dev', 'traces', 'f'.repeat(32)])
    expect(missing).toMatchObject({ exitCode: 2, stdout: '' })
    expect(missing.stderr).toMatch(/^SERVICEX_USAGE .*\n {2}fix: kube dev traces\n$/)
  })

  test('start again when a file of theirs changes, and what they started ends with them', async () => {
    writeService(place, 'billing', APP.replace('version 1', 'version 2'))
    const { url: address } = await dev.waitFor('billing', (event) => event['name'] === 'billing')
    await waitUntil('the new version', async () => {
      const text = await fetch(String(address))
        .then((answer) => answer.text())
        .catch(() => '')
      return text === 'version 2' ? true : undefined
    })
    await dev.waitFor(
      'a notice',
      ({ kind, text }) => kind === 'notice' && /src\/app\.js changed/.test(String(text)),
    )
    expect([isAlive(billing.pid), isAlive(billing.helper)]).toEqual([false, false])
  })

  test('Ctrl-C lets them drain, shows what they say last, and ends with 0', async () => {
    dev.child.kill('SIGINT')
    expect(await dev.ended).toBe(0)
    await dev.waitFor(
      'the last line',
      ({ service, message }) => service === 'users' && message === 'drained',
    )
    expect(readdirSync(join(place.folder, 'state', 'servicex', 'dev', 'sessions'))).toEqual([])
    expect(await runKube(place, ['dev', 'logs'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('SERVICEX_DEV_NOT_RUNNING'),
    })
  })
})

test('a service that crashes is told of, and starts again when its file is corrected', async () => {
  const path = writeService(place, 'crashing', 'throw new Error("no database")')
  const dev = startDev(place, ['crashing'])
  await dev.waitFor(
    'the end',
    ({ kind, text }) => kind === 'notice' && /exited with 1/.test(String(text)),
  )
  const { url } = await dev.waitFor('the address', ({ kind }) => kind === 'dashboard')
  const { origin, searchParams } = new URL(String(url))
  const headers = { authorization: `Bearer ${searchParams.get('token')}` }
  const { services } = (await (
    await fetch(`${origin}/api/state`, { headers })
  ).json()) as StateAnswer
  expect(services[0]?.hints[0]?.message).toBe('no telemetry because the process exited with 1')

  writeFileSync(path, 'console.log("well now"); setInterval(() => {}, 1000)')
  await dev.waitFor('the new line', ({ message }) => message === 'well now')
  dev.child.kill('SIGINT')
  expect(await dev.ended).toBe(0)
})

test('a second Ctrl-C ends a service that does not end, with 130', async () => {
  writeService(
    place,
    'stubborn',
    `process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1000); console.log(JSON.stringify({ message: 'up', pid: process.pid }))`,
  )
  const dev = startDev(place, ['stubborn'])
  const { pid } = await waitForUp(dev, 'stubborn')
  dev.child.kill('SIGINT')
  await dev.waitFor('its refusal', ({ message }) => message === 'no')
  // The same signal that npm and the terminal both pass on counts once.
  await waitUntil('its end', () => {
    if (!isAlive(pid)) return true
    dev.child.kill('SIGINT')
    return undefined
  })
  expect(await dev.ended).toBe(130)
  expect(isAlive(pid)).toBe(false)
})

test('--persist keeps what came below node_modules', async () => {
  const dev = startDev(place, ['--receive-only', '--persist'])
  await dev.waitFor('the address', ({ kind }) => kind === 'dashboard')
  dev.child.kill('SIGINT')
  expect(await dev.ended).toBe(0)
  expect(readdirSync(join(place.folder, 'node_modules/.cache/servicex'))).toEqual(['dev.sqlite'])
})

test('--persist-to shows next time what came before; --forward passes on what came', async () => {
  const forwarded: (string | undefined)[] = []
  const collector = createServer((request, response) => {
    forwarded.push(request.url, request.headers['content-encoding'])
    request.resume().on('end', () => response.end())
  }).listen(0, '127.0.0.1')
  await waitUntil('the collector', () => (collector.listening ? true : undefined))
  const { port } = collector.address() as AddressInfo
  const file = join(place.folder, 'kept.sqlite')
  for (const session of ['first', 'second']) {
    const dev = startDev(place, [
      '--receive-only',
      '--persist-to',
      file,
      '--forward',
      `http://127.0.0.1:${port}`,
    ])
    const { url } = await dev.waitFor('the address', ({ kind }) => kind === 'dashboard')
    if (session === 'first') {
      const body = gzipSync(JSON.stringify(toTraceRequest([{ spanId: 'a'.repeat(16) }])))
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
      await fetch(`${new URL(String(url)).origin}/v1/traces`, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      })
    }
    const { stdout } = await runKube(place, ['dev', 'traces', '--json', '--url', String(url)])
    expect(JSON.parse(stdout)).toMatchObject({ traceId: TRACE })
    dev.child.kill('SIGINT')
    await dev.ended
  }
  expect(forwarded).toEqual(['/v1/traces', 'gzip'])
  collector.close()
})

describe('a call that cannot be right starts nothing', () => {
  beforeAll(() => {
    writeService(place, 'users', APP)
    mkdirSync(join(place.folder, 'empty'), { recursive: true })
  })

  test.for([
    [['dev', 'nowhere'], /there is no folder nowhere/],
    [['dev', 'empty'], /empty holds no service/],
    [['dev', 'users', 'users'], /two services are called "users"/],
    [['dev', '--port', '70000'], /expected a port/],
    [['dev', '--receive-only', '--forward', 'ftp://x'], /--forward is "ftp:\/\/x"/],
    [['dev', '--receive-only', '--persist-to', 'users/package.json'], /cannot be kept in/],
    [['dev', 'logs', '--limit', 'x'], /expected a number, 1 to 1000/],
    [['dev', 'logs', '--severity', 'loud'], /Allowed choices are .*warn/],
    [['dev', 'logs', '--url', 'http://127.0.0.1:1'], /--url is not an address/],
  ] as const)('%o', async ([words, expected]) => {
    const { stderr, exitCode } = await runKube(place, words)
    expect(stderr).toMatch(expected)
    expect(exitCode).toBe(2)
  })
})
