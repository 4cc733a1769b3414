import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Collector, openCollector } from '../../src/testing/collector.ts'
import { findSamples, parseExposition } from '../../src/wire/exposition.ts'
import type { ReceivedSpan } from '../../src/wire/received-span.ts'
import { openSentryIngest, type SentryIngest } from '../../src/testing/sentry-ingest.ts'
import { openKafkaBroker } from '../fakes/kafka-broker.ts'
import { type AppProcess, type LogLine, openAppProcess } from '../order/app-process.ts'
import { sendTraced } from '../order/trace-reader.ts'
import { findBinary } from '../real/binary.ts'
import { startRabbitmq } from '../real/rabbitmq.ts'
import { startRedis } from '../real/redis.ts'

/** Each queue: whether its job is in the producer's trace, or linked to it, and the server it needs. */
const QUEUES = [
  ['own', 'linked', undefined],
  ['bull', 'linked', 'redis-server'],
  ['each', 'within', undefined],
  ['batch', 'linked', undefined],
  ['rabbit', 'within', 'rabbitmq-server'],
] as const

let collector: Collector
let sentry: SentryIngest
let env: Record<string, string>
const closing: (() => unknown)[] = []

beforeAll(async () => {
  const [received, ingest, redis, rabbit] = await Promise.all([
    openCollector(),
    openSentryIngest(),
    startRedis(),
    startRabbitmq(),
  ])
  collector = received
  sentry = ingest
  env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    SENTRY_DSN: sentry.dsn,
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    ...(rabbit === undefined ? {} : { AMQP_URL: rabbit.url }),
  }
  for (const each of [received, ingest, redis, rabbit]) closing.push(() => each?.close())
})

afterAll(() => Promise.all(closing.map((close) => close())))

describe.for([
  ['before the clients are imported', 'jobs-first.mjs'],
  ['after they are', 'jobs-late.mjs'],
] as const)('consumed messages, with init() %s', ([, entry]) => {
  let app: AppProcess

  beforeAll(async () => {
    // One each: a message that failed stays at the head of its topic.
    const broker = await openKafkaBroker()
    app = await openAppProcess({
      folder: import.meta.dirname,
      words: [`fixtures/${entry}`],
      env: { ...env, KAFKA_BROKER: broker.address },
    })
    return async () => {
      await app.stop()
      await broker.close()
    }
  })

  describe.for(QUEUES)('%s', ([queue, place, binary]) => {
    const isMissing = binary !== undefined && findBinary(binary) === undefined
    const note = isMissing ? ` (skipped: this machine has no ${binary})` : ''

    test.skipIf(isMissing)(
      `a message is one job: a line, a metric and a span ${place} the producer's trace${note}`,
      async () => {
        const text = `good-${crypto.randomUUID()}`
        const traceId = await sendTraced(`${app.url('web')}/${queue}/${text}`)
        const { working, done } = await readLines(queue, text)
        expect(done).toMatchObject({ severity: 'info', message: `job ${queue} ok` })
        // A batch has many producers: it has a request id of its own.
        expect(done['request_id']).toBe(queue === 'batch' ? done['trace_id'] : traceId)
        expect(working['request_id']).toBe(done['request_id'])
        const span = await spanOf(done)
        expectPlace(span, traceId)
        expect(span.kind).toBe('consumer')
        expect(await countOf(queue, 'ok')).toBe(1)
      },
    )

    test.skipIf(isMissing)(`a failure is reported once, in the job's trace${note}`, async () => {
      const text = `fail-${crypto.randomUUID()}`
      await sendTraced(`${app.url('web')}/${queue}/${text}`)
      const { done } = await readLines(queue, text)
      expect(done).toMatchObject({ severity: 'error', message: `job ${queue} failed` })
      const span = await spanOf(done)
      expect(span.status.code).toBe('error')
      const event = await sentry.waitFor((each) => messageOf(each) === `planned ${text}`)
      expect(event.contexts?.trace).toMatchObject({ trace_id: span.traceId })
      expect(
        app.lines.filter(
          (line) =>
            JSON.stringify(line).includes('\\n    at ') && JSON.stringify(line).includes(text),
        ),
      ).toHaveLength(1)
      expect(sentry.events.filter((each) => messageOf(each) === `planned ${text}`)).toHaveLength(1)
      expect(await countOf(queue, 'failed')).toBe(1)
    })

    /** The line that the consumer wrote, and the job's own. They carry the same ids. */
    async function readLines(
      name: string,
      text: string,
    ): Promise<Record<'working' | 'done', LogLine>> {
      const working = await app.waitForLine((line) => line['text'] === text, `${name} to work`)
      const done = await app.waitForLine(
        (line) => line['span_id'] === working['span_id'] && 'job' in line,
        `the line of ${name}`,
      )
      expect(done['trace_id']).toBe(working['trace_id'])
      return { working, done }
    }

    function expectPlace(span: ReceivedSpan, traceId: string): void {
      if (place === 'within') return expect(span.traceId).toBe(traceId)
      expect(span.traceId).not.toBe(traceId)
      const children = collector.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId)
      const links = [span, ...children].flatMap((each) => each.links)
      expect(links.map((link) => link.traceId)).toEqual([traceId])
    }
  })

  const needsRabbit = findBinary('rabbitmq-server') === undefined
  test.skipIf(needsRabbit)(
    `a message that needs no acknowledgement ends with its handler${needsRabbit ? ' (skipped: this machine has no rabbitmq-server)' : ''}`,
    async () => {
      const text = crypto.randomUUID()
      const traceId = await sendTraced(`${app.url('web')}/quick/${text}`)
      const isDone = (line: LogLine): boolean => line['trace_id'] === traceId && 'job' in line
      const done = await app.waitForLine(isDone, 'the line of the job')
      expect(done['message']).toBe('job rabbit.quick ok')
      const working = app.lines.findIndex((line) => line['text'] === text)
      expect(working).toBeGreaterThan(-1)
      expect(app.lines.findIndex(isDone)).toBeGreaterThan(working)
    },
  )

  function spanOf(line: LogLine): Promise<ReceivedSpan> {
    return collector.waitFor(({ spanId }) => spanId === line['span_id'])
  }

  async function countOf(job: string, outcome: string): Promise<number | undefined> {
    const page = parseExposition(await (await fetch(`${app.url('admin')}/metrics`)).text())
    return findSamples(page, 'servicex_job_duration_seconds_count', { job, outcome })[0]?.value
  }
})

function messageOf(event: SentryIngest['events'][number]): string | undefined {
  return event.exception?.values?.at(-1)?.value
}
