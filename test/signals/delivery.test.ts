import { expect, test } from 'vitest'
import {
  findSamples,
  openCollector,
  openSentryIngest,
  parseExposition,
} from '../../src/testing/index.ts'
import { pollUntil } from '../real/poll-until.ts'
import { type App, type Line, startApp } from './app.ts'

type Counts = Readonly<Record<'delivered' | 'failed' | 'dropped' | 'queue' | 'up', number>>

/** What the service says on /metrics of the delivery of one signal. */
async function countsOf(app: App, signal: string): Promise<Counts> {
  const page = parseExposition(await app.readMetrics())
  const value = (name: string, labels: Readonly<Record<string, string>> = {}): number =>
    findSamples(page, `servicex_telemetry_${name}`, { signal, ...labels })[0]?.value ?? Number.NaN
  return {
    delivered: value('items_total', { outcome: 'delivered' }),
    failed: value('items_total', { outcome: 'failed' }),
    dropped: value('items_total', { outcome: 'dropped' }),
    queue: value('queue_items'),
    up: value('up'),
  }
}

async function waitForCounts(
  app: App,
  signal: string,
  isReached: (counts: Counts) => boolean,
): Promise<Counts> {
  return pollUntil(
    async () => {
      const counts = await countsOf(app, signal)
      return isReached(counts) ? counts : undefined
    },
    { what: `the counts of ${signal}` },
  )
}

function linesAbout(app: App, text: RegExp): readonly Line[] {
  return app.lines.filter(({ message }) => text.test(String(message)))
}

test('spans that a refusing collector loses are counted; it is told of when it goes and when it is back', async () => {
  const collector = await openCollector()
  const app = await startApp({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    OTEL_BSP_SCHEDULE_DELAY: '20',
  })
  await app.get('/users/1')
  expect(await waitForCounts(app, 'tracing', ({ delivered }) => delivered > 0)).toEqual({
    delivered: 1,
    failed: 0,
    dropped: 0,
    queue: 0,
    up: 1,
  })
  await collector.setFault('refused')
  for (let count = 1; count <= 3; count += 1) {
    expect(await app.get('/users/2')).toBe(200)
    await waitForCounts(app, 'tracing', ({ failed }) => failed === count)
  }
  expect(await countsOf(app, 'tracing')).toMatchObject({ delivered: 1, failed: 3, up: 0 })
  expect(linesAbout(app, /^traces cannot be delivered/)).toMatchObject([
    { severity: 'warn', signal: 'tracing' },
  ])
  await collector.setFault(undefined)
  await app.get('/users/3')
  expect(await waitForCounts(app, 'tracing', ({ up }) => up === 1)).toMatchObject({
    delivered: 2,
    failed: 3,
  })
  await app.get('/users/4')
  await waitForCounts(app, 'tracing', ({ delivered }) => delivered === 3)
  expect(linesAbout(app, /^traces cannot be delivered/)).toHaveLength(1)
  expect(linesAbout(app, /^traces are delivered again/)).toHaveLength(1)
  expect(collector.spans).toHaveLength(3)
  await app.stop()
  await collector.close()
})

test('spans beyond a full queue are dropped, counted, and no request waits for them', async () => {
  const collector = await openCollector({ fault: 'hang' })
  const app = await startApp({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_MAX_QUEUE_SIZE: '5',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2',
    SERVICEX_SHUTDOWN_TIMEOUT: '0.2',
  })
  for (let count = 0; count < 20; count += 1) expect(await app.get('/users/1')).toBe(200)
  const counts = await waitForCounts(app, 'tracing', ({ dropped }) => dropped >= 15)
  expect(counts).toMatchObject({ delivered: 0, dropped: 15, queue: 5 })
  expect((await app.stop()).code).toBe(0)
  await collector.close()
})

test('errors that Sentry does not take are counted: refused ones, and those it asked to wait with', async () => {
  const ingest = await openSentryIngest()
  const app = await startApp({ SENTRY_DSN: ingest.dsn })
  await app.get('/capture')
  await waitForCounts(app, 'errors', ({ delivered }) => delivered === 1)
  await ingest.setFault('500')
  await app.get('/capture')
  expect(await waitForCounts(app, 'errors', ({ failed }) => failed === 1)).toMatchObject({ up: 0 })
  await ingest.setFault(undefined)
  await app.get('/capture')
  expect(await waitForCounts(app, 'errors', ({ delivered }) => delivered === 2)).toMatchObject({
    failed: 1,
    up: 1,
    queue: 0,
  })
  await ingest.setFault('429')
  await app.get('/capture')
  await waitForCounts(app, 'errors', ({ failed }) => failed === 2)
  await app.get('/capture')
  expect(await waitForCounts(app, 'errors', ({ dropped }) => dropped === 1)).toMatchObject({
    delivered: 2,
    failed: 2,
  })
  expect(linesAbout(app, /^errors cannot be delivered/)).toHaveLength(2)
  expect(linesAbout(app, /^errors are delivered again/)).toHaveLength(1)
  await app.stop()
  await ingest.close()
})

test('lines are counted, and a signal that delivers nothing is not', async () => {
  const app = await startApp()
  await app.get('/users/1')
  const { delivered, queue, up } = await countsOf(app, 'logging')
  expect({ delivered: delivered >= app.lines.length, queue, up }).toEqual({
    delivered: true,
    queue: 0,
    up: 1,
  })
  expect(await countsOf(app, 'tracing')).toMatchObject({ delivered: Number.NaN })
  await app.stop()
})
