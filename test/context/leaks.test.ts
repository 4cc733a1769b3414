import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { Pool } from 'undici'
import { expect, test } from 'vitest'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'context')
const REQUESTS = 10_000
const ROUND = 1000
const WARM_UP_ROUNDS = 3
const UNDER_WAY = 100
/** One kept record is four times this; what the engine itself keeps is a small part of it. */
const MAX_BYTES_PER_REQUEST = 200

test(`${REQUESTS} interleaved requests: every line is its own request's, and none is kept in memory`, async () => {
  const app = openApp('interleaved.ts')
  const lines = checkLines(app.child)
  try {
    const { port } = (await app.next()) as { port: number }
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: UNDER_WAY })
    const heapBytes: number[] = []
    for (let sent = 0; sent < REQUESTS; sent += ROUND) {
      await sendRound(pool, sent)
      heapBytes.push(((await app.ask('heap')) as { heapBytes: number }).heapBytes)
    }
    await pool.close()
    await app.stop()
    const slope = slopeOf(heapBytes.slice(WARM_UP_ROUNDS)) / ROUND
    console.log(`heap: ${slope.toFixed(1)} bytes a request over ${REQUESTS} requests`)
    expect(lines.problems).toEqual([])
    expect(lines.counts).toEqual({ steps: stepsOf(REQUESTS), accessLines: accessLinesOf(REQUESTS) })
    expect(slope).toBeLessThan(MAX_BYTES_PER_REQUEST)
  } finally {
    await app.stop()
  }
}, 60_000)

test('a connection that waits for its next request keeps nothing of the last one', async () => {
  const app = openApp('waiting-connections.ts')
  app.child.stdout?.resume()
  const agent = new Agent({ keepAlive: true, maxSockets: UNDER_WAY })
  try {
    const { port } = (await app.next()) as { port: number }
    const ask = async (): Promise<void> => {
      await new Promise<void>((resolve, reject) => {
        const request = get({ port, host: '127.0.0.1', agent }, (reply) => {
          text(reply).then(() => resolve(), reject)
        })
        request.on('error', reject)
      })
    }
    await Promise.all(Array.from({ length: UNDER_WAY }, ask))
    await expect
      .poll(() => app.ask('replies'))
      .toEqual({ connections: UNDER_WAY, given: UNDER_WAY, kept: 0 })
  } finally {
    agent.destroy()
    await app.stop()
  }
})

/** Sends requests in the trace that their number spells, as many at a time as there are connections. */
async function sendRound(pool: Pool, first: number): Promise<void> {
  let next = first
  const sendAll = async (): Promise<void> => {
    while (next < first + ROUND) {
      const id = (next++).toString(16)
      const reply = await pool.request({
        method: 'POST',
        path: `/${id}`,
        headers: { traceparent: `00-${toTraceId(id)}-00f067aa0ba902b7-01` },
        body: Readable.from(body(id)),
      })
      await reply.body.dump()
    }
  }
  await Promise.all(Array.from({ length: UNDER_WAY }, sendAll))
}

/** A body whose end is sent later than its beginning. */
async function* body(id: string): AsyncGenerator<string> {
  yield `body of ${id}`
  await setImmediate()
  yield '!'
}

/** What the app's kinds of work log for one request, by its number. */
const STEPS = [3, 3, 2, 2, 4, 3, 2] as const

/** The two kinds of work that call the upstream server, which has an access line of its own. */
const CALLING = new Set([5, 6])

function stepsOf(requests: number): number {
  return countOf(requests, (kind) => STEPS[kind] ?? 0)
}

function accessLinesOf(requests: number): number {
  return countOf(requests, (kind) => (CALLING.has(kind) ? 2 : 1))
}

function countOf(requests: number, each: (kind: number) => number): number {
  return Array.from({ length: requests }, (_, id) => each(id % STEPS.length)).reduce(
    (a, b) => a + b,
  )
}

function toTraceId(id: string): string {
  return `f${id.padStart(31, '0')}`
}

interface Line {
  readonly id?: string
  readonly own_id?: string
  readonly at?: string
  readonly trace_id?: string
  readonly span_id?: string
  readonly http?: { readonly path: string }
}

/** Checks the app's lines as they come: forty thousand are not kept. */
function checkLines(child: ChildProcess) {
  const problems: string[] = []
  const counts = { steps: 0, accessLines: 0 }
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (text) => {
    const line = JSON.parse(text) as Line
    const id = line.id ?? line.http?.path.slice(1)
    if (line.at !== undefined) counts.steps += 1
    else if (line.http !== undefined) counts.accessLines += 1
    const isOwn = line.trace_id === toTraceId(id ?? '') && (line.own_id ?? id) === id
    if (id !== undefined && !isOwn && problems.length < 10) problems.push(text)
  })
  return { problems, counts }
}

/** Runs an app that answers questions about its memory. */
function openApp(name: string) {
  const child = fork(join(FIXTURES, name), {
    execArgv: ['--expose-gc'],
    env: { PATH: process.env['PATH'], ADMIN_PORT: '0', SERVICEX_LOG_FORMAT: 'otel' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const ended = once(child, 'close')
  const next = async (): Promise<unknown> => ((await once(child, 'message')) as [unknown])[0]
  return {
    child,
    next,
    ask: (question: string) => {
      const answer = next()
      child.send(question)
      return answer
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The slope of the line through values at 0, 1, 2 …, by least squares. */
function slopeOf(values: readonly number[]): number {
  const mean = (values.length - 1) / 2
  const spread = values.reduce((sum, _, at) => sum + (at - mean) ** 2, 0)
  return values.reduce((sum, value, at) => sum + (at - mean) * value, 0) / spread
}
