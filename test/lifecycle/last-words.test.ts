import type { IncomingHttpHeaders } from 'node:http'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  openCollector,
  openSentryIngest,
  type FaultName,
  type ReceivedSpan,
  type SentryEvent,
} from '../../src/testing/index.ts'
import { pollUntil } from '../real/poll-until.ts'
import { startApp, type AppEnd, type AppOptions, type LogLine } from './app-process.ts'

/** How a process ends, with which code, and the severity of its last error. */
const ENDS = [
  ['a throw in a timer', 1, 'fatal'],
  ['a throw while modules are loaded', 1, 'fatal'],
  ['an unhandled rejection', 1, 'fatal'],
  ['a throw in a worker thread', 1, 'fatal'],
  ['a throw of no error', 1, 'fatal'],
  ['a throw in a request', 1, 'fatal'],
  ['a throw in a job', 1, 'fatal'],
  ['process.exit', 3, 'error'],
  ['process.exit in a request', 4, 'error'],
  ['process.exit in an exit listener', 6, 'error'],
  ['a SIGTERM handler of the app that exits', 8, 'error'],
  ['a natural end', 0, 'error'],
  ['a natural end with an exit code', 7, 'error'],
] as const

describe.concurrent('the last line, the last error and the last span are delivered, each once', () => {
  test.for(ENDS)('%s: exit code %i', async ([end, exitCode, severity]) => {
    const { ended, lines, events, spans } = await run([end])
    expect(ended).toEqual({ exitCode, signal: null, stderr: '' })
    expect(lines).toContainEqual(expect.objectContaining({ message: 'last line' }))
    expect(lines).toContainEqual(expect.objectContaining({ message: 'line of an exit listener' }))
    expect(lines).toContainEqual(expect.objectContaining({ severity, message: 'last error' }))
    expect(events.map(summary)).toEqual([{ level: severity, value: 'last error' }])
    const names = spans.map(({ name }) => name)
    expect(names).toContain('last span')
    expect(new Set(names).size).toBe(names.length)
  })

  test.for(['process.exit', 'a throw in a timer'])(
    '%s, long after the start: nothing is sent twice',
    async (end) => {
      const { events } = await run([end, 'warm'])
      expect(events.map(({ event_id: id }) => id)).toHaveLength(2)
      expect(new Set(events.map(({ event_id: id }) => id)).size).toBe(2)
      expect(events.map((event) => summary(event).value)).toEqual(['first error', 'last error'])
    },
  )

  test.for(['a throw in a request', 'process.exit in a request'])(
    '%s: its line, its error and its span are of one trace',
    async (end) => {
      const { lines, events, spans } = await run([end])
      const request = spans.find(({ kind }) => kind === 'server')
      expect(request).toMatchObject({ attributes: { 'http.response.status_code': 500 } })
      expect(events[0]?.contexts?.trace).toMatchObject({
        trace_id: request?.traceId,
        span_id: request?.spanId,
      })
      const line = lines.find(({ message }) => message === 'last error')
      expect(line).toMatchObject({ trace_id: request?.traceId, span_id: request?.spanId })
    },
  )
})

describe.concurrent('a backend that hangs holds the end up for its deadline and no longer', () => {
  test.for([
    ['a throw in a timer', 1],
    ['process.exit', 3],
  ] as const)('%s: exit code %i', async ([end, exitCode]) => {
    const { ended, lines, endedAfterMs } = await run([end], { fault: 'hang' })
    expect(ended.exitCode).toBe(exitCode)
    expect(endedAfterMs).toBeGreaterThan(1900)
    // On a machine with other work to do; the figures are in docs/reliability.md.
    expect(endedAfterMs).toBeLessThan(4000)
    expect(
      lines.filter(({ severity }) => severity === 'warn').map(({ message }) => message),
    ).toEqual(
      end === 'process.exit'
        ? ['the process ended before its last errors and spans were delivered']
        : [
            'tracing: 1 were not delivered within 2000 ms',
            'errors: 1 were not delivered within 2000 ms',
          ],
    )
  })
})

describe.concurrent('the process that delivers at exit', () => {
  test.skipIf(process.platform !== 'linux')(
    'has no secret in its arguments or its environment (Linux only: read from /proc)',
    async () => {
      const dsnKey = /\/\/(\w+)@/
      let seen = ''
      await run(['process.exit'], {
        fault: 'hang',
        env: { SECRET: 'hunter2', NODE_OPTIONS: '--no-warnings' },
        onStart: async (pid, dsn) => {
          seen = await pollUntil(async () => readChild(pid), { what: 'a child process' })
          expect(seen).not.toContain(dsnKey.exec(dsn)?.[1])
        },
      })
      expect(seen).toContain('process.stdin')
      expect(seen).not.toContain('hunter2')
      expect(seen).not.toContain('NODE_OPTIONS')
    },
  )

  test("sends the collector's headers", async () => {
    const { headers } = await run(['process.exit'], {
      env: { OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=hunter2' },
    })
    expect(headers.map((sent) => sent['x-api-key'])).toEqual(['hunter2'])
  })

  test('is not started when nothing is undelivered', async () => {
    const { ended, lines } = await run(['nothing undelivered'], { nodeArgs: NO_CHILDREN })
    expect(ended.exitCode).toBe(10)
    expect(lines.filter(({ severity }) => severity === 'warn')).toEqual([])
  })

  test('where it is forbidden, the process ends as it would and says what is missing', async () => {
    const { ended, lines } = await run(['process.exit'], { nodeArgs: NO_CHILDREN })
    expect(ended.exitCode).toBe(3)
    expect(lines.at(-1)?.message).toBe(
      'the process ended before its last errors and spans were delivered',
    )
  })
})

describe.concurrent('in a worker thread, init() opens no port and takes no signals', () => {
  test.for(['exit', 'throw'])('and delivers its last words: %s', async (end) => {
    const { lines, events, spans, ended } = await run([end], { fixture: 'worker.ts' })
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'in the worker', port: 0, signals: 0 }),
    )
    expect(events.map((event) => summary(event).value)).toEqual(['error of the worker'])
    expect(spans.map(({ name }) => name)).toEqual(['span of the worker'])
    expect(lines.at(-1)).toMatchObject({
      message: 'the worker ended',
      exitCode: end === 'throw' ? 1 : 3,
    })
    if (end === 'throw')
      expect(lines).toContainEqual(
        expect.objectContaining({ message: 'the worker failed', reason: 'error of the worker' }),
      )
    expect(ended.exitCode).toBe(0)
  })
})

const NO_CHILDREN = [
  '--permission',
  '--allow-fs-read=*',
  '--allow-fs-write=*',
  '--allow-worker',
  // From Node 25 on a network is a permission as well.
  ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
]

interface Run {
  readonly ended: AppEnd
  readonly lines: readonly LogLine[]
  readonly events: readonly SentryEvent[]
  readonly spans: readonly ReceivedSpan[]
  /** Of each delivery to the collector. */
  readonly headers: readonly IncomingHttpHeaders[]
  /** Since its last line of its own. */
  readonly endedAfterMs: number
}

interface RunOptions extends AppOptions {
  readonly fixture?: string
  readonly fault?: FaultName
  readonly onStart?: (pid: number, dsn: string) => Promise<void>
}

async function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { fixture = 'end.ts', fault, onStart } = options
  const [collector, sentry] = await Promise.all([
    openCollector(fault === undefined ? {} : { fault }),
    openSentryIngest(fault === undefined ? {} : { fault }),
  ])
  const app = startApp(fixture, {
    ...options,
    args,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, SENTRY_DSN: sentry.dsn, ...options.env },
  })
  try {
    const wait = app.waitForLine(({ message }) => message === 'last line', { timeoutMs: 20_000 })
    const lastLineAt = wait.then(
      () => performance.now(),
      () => 0,
    )
    if (args[1] === 'warm') {
      await sentry.waitFor(1, { timeoutMs: 20_000 })
      app.tell('release')
    }
    await onStart?.(app.pid, sentry.dsn)
    const ended = await app.ended
    const endedAfterMs = performance.now() - (await lastLineAt)
    const { events } = sentry
    const { spans, requests } = collector
    const headers = requests.map((request) => request.headers)
    return { ended, lines: app.lines, events, spans, headers, endedAfterMs }
  } finally {
    await Promise.all([app.close(), collector.close(), sentry.close()])
  }
}

function summary(event: SentryEvent): { level: unknown; value: unknown } {
  return { level: event.level, value: event.exception?.values?.at(-1)?.value }
}

/** Gives the arguments and the environment of a process's child, once it has one. */
function readChild(pid: number): string | undefined {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${entry}/status`, 'utf8'))?.[1]
      if (Number(parent) !== pid) continue
      const text = ['cmdline', 'environ'].map((name) =>
        readFileSync(`/proc/${entry}/${name}`, 'latin1'),
      )
      if (text[0]?.includes('--eval') === true) return text.join('\n')
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined
}
