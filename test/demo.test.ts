import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collectStory } from '../examples/demo/collect-story.ts'
import type { LogLine } from '../examples/demo/start-service.ts'
import { toTraceRows } from '../examples/demo/trace-tree.ts'
import { waitFor } from '../examples/demo/wait-for.ts'
import { DEMO_BLOCK, toShownOutput } from '../scripts/docs-demo.ts'
import { expectCorrelated } from '../src/testing/index.ts'
import { toReceivedSpan } from './demo/received-span.ts'

const ROOT = join(import.meta.dirname, '..')

test('the signals of both examples agree', async () => {
  const results = await expectCorrelated({
    command: ['node', 'examples/users/src/app.ts'],
    cwd: ROOT,
    ok: { path: '/users/1', route: '/users/{id}', callsNext: 1 },
    failing: { path: '/users/7', route: '/users/{id}', callsNext: 1 },
    next: { command: ['node', 'examples/billing/src/app.ts'], urlVariable: 'SERVICEX_URL_BILLING' },
  })
  expect(results.map(({ name }) => name)).toEqual([
    'ok GET /users/1',
    'not found GET /servicex-no-such-path',
    'failing GET /users/7',
  ])
})

describe('npm run demo -- --once', () => {
  let output = ''
  let exitCode: unknown

  beforeAll(async () => {
    const demo = startDemo(['--once'])
    output = await text(demo.stdout)
    exitCode = demo.exitCode ?? (await once(demo, 'exit'))[0]
  })

  test('ends by itself with 0', () => {
    expect(exitCode).toBe(0)
  })

  test('shows one trace id in every part: line, event, exemplar', () => {
    const parts = output.split(/^(?=[1-4] {2})/m).slice(1, 4)
    const idsOfParts = parts.map((part) => [...new Set(part.match(/\b[0-9a-f]{32}\b/g))])
    expect(idsOfParts).toHaveLength(3)
    expect(new Set(idsOfParts.flat()).size).toBe(1)
    expect(idsOfParts.every((ids) => ids.length === 1)).toBe(true)
  })

  test('shows the spans of both services, each below its parent', () => {
    const names = output.match(/^ {3}(?:billing|users) .*?(?= {2}[·█])/gm)?.map((row) => row.trim())
    expect(names).toEqual([
      'users    users.getUser',
      'users      billing.getInvoice',
      'users        GET /invoices/1007 →',
      'billing        billing.getInvoice',
      'billing          find invoice',
    ])
  })

  test('prints no escape sequence where there is no terminal', () => {
    expect(output).toBe(stripVTControlCharacters(output))
  })

  test('leaves no service behind', async () => {
    await expectStopped(output)
  })

  test('is shown in README as it is: only ids, numbers, times and bars differ', () => {
    const [, , shown = ''] = DEMO_BLOCK.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? []
    expect(toShape(shown), 'run `npm run docs:demo`').toBe(toShape(toShownOutput(output)))
  })
})

describe('npm run demo', () => {
  let demo: ReturnType<typeof startDemo>
  let output = ''

  beforeAll(async () => {
    demo = startDemo([])
    demo.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await waitFor('the commands', () => (/Lines of both/.test(output) ? true : undefined))
  })

  // Not SIGKILL: the services would outlive the demo.
  afterAll(() => demo.kill('SIGTERM'))

  test('prints commands that work', async () => {
    const statuses = []
    for (const command of commandsIn(output)) statuses.push(await statusOf(command))
    expect(statuses).toEqual([200, 500, 200, 200, 200])
  })

  test('shows the lines of requests that are sent to it', async () => {
    await waitFor(
      'a live line',
      () => /GET \/invoices\/\{id\} 500 {2}trace/.exec(output) ?? undefined,
    )
  })

  test('Ctrl-C stops both services and ends with 0', async () => {
    demo.kill('SIGINT')
    expect(await once(demo, 'exit')).toEqual([0, null])
    expect(output).toMatch(/billing +SIGTERM: draining/)
    expect(output).toMatch(/users +SIGTERM: draining/)
    await expectStopped(output)
  })
})

describe('a story', () => {
  const line: LogLine = {
    timestamp: '2026-01-01T00:00:00.000Z',
    severity: 'error',
    message: 'GET /users/{id} 500',
    service: 'users',
    trace_id: 'a'.repeat(32),
    span_id: 'b'.repeat(16),
    http: {},
  }
  const nothing = { lines: [], adminUrl: 'http://127.0.0.1:1' }
  const receivers = { collector: { spans: [] }, sentry: { events: [] } } as never

  test.for([
    ['the access line of users', { users: nothing, billing: nothing }],
    ['the access line of billing', { users: { ...nothing, lines: [line] }, billing: nothing }],
    [
      'an error event from each service',
      { users: { ...nothing, lines: [line] }, billing: { lines: [line] } },
    ],
  ] as const)('that lacks %s says so', async ([missing, services]) => {
    const story = collectStory({ ...services, receivers, timeoutMs: 1 })
    await expect(story).rejects.toThrow(`${missing} did not arrive`)
  })
})

describe('a trace tree', () => {
  test('puts parents before children and children by start', () => {
    const spans = [
      toReceivedSpan({ id: 'late', parent: 'root', startMs: 6, endMs: 8 }),
      toReceivedSpan({ id: 'below early', parent: 'early', startMs: 3, endMs: 4 }),
      toReceivedSpan({ id: 'early', parent: 'root', startMs: 2, endMs: 5 }),
      toReceivedSpan({ id: 'root', startMs: 1, endMs: 9 }),
    ]
    expect(
      toTraceRows(spans).map(({ span, depth, startMs }) => [span.spanId, depth, startMs]),
    ).toEqual([
      ['root', 0, 0],
      ['early', 1, 1],
      ['below early', 2, 2],
      ['late', 1, 5],
    ])
  })

  test('shows a span whose parent is missing as a root', () => {
    const spans = [toReceivedSpan({ id: 'orphan', parent: 'elsewhere', startMs: 0, endMs: 1 })]
    expect(toTraceRows(spans).map(({ depth }) => depth)).toEqual([0])
  })
})

function startDemo(words: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  const { FORCE_COLOR: _colour, ...env } = process.env
  return spawn(process.execPath, ['examples/demo.ts', ...words], {
    cwd: ROOT,
    // Nobody looks on: no browser is opened.
    env: { ...env, CI: 'true' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function commandsIn(output: string): readonly string[] {
  return output.match(/curl .*/g) ?? []
}

/** Does what curl would, for a machine that has none. */
async function statusOf(command: string): Promise<number> {
  const [url = ''] = /http:[^\s']+/.exec(command) ?? []
  const [, method = 'GET'] = / -X (\w+) /.exec(command) ?? []
  const [, name, value] = / -H '([\w-]+): ([^']+)'/.exec(command) ?? []
  const headers = name === undefined || value === undefined ? {} : { [name]: value }
  const { status } = await fetch(url, { method, headers })
  return status
}

/** Both services have let go of their ports. */
async function expectStopped(output: string): Promise<void> {
  const urls = [...new Set(output.match(/http:\/\/127\.0\.0\.1:\d+/g))]
  expect(urls.length).toBeGreaterThanOrEqual(4)
  for (const url of urls) await expect(fetch(url), url).rejects.toThrow('fetch failed')
}

/** A text without what differs from run to run. */
function toShape(output: string): string {
  return output
    .replaceAll(/\b[0-9a-f]{32}\b/g, 'TRACE')
    .replaceAll(/(?<=\W)(?<!\.)(?=\w*\d)[0-9a-f]{16}\b/g, 'SPAN')
    .replaceAll(/\d+(?:\.\d+)?/g, '0')
    .replaceAll(/[·█]+/g, '█')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
