import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  openCollector,
  openSentryIngest,
  type Collector,
  type FaultName,
  type SentryIngest,
} from '../../src/testing/index.ts'
import { openApp, type AppProcess } from './app-process.ts'
import { readLedger, settledLedger } from './metrics-page.ts'

const REQUESTS = 60
/** A queue that the requests of a fault do not fit into. */
const QUEUE = { OTEL_BSP_MAX_QUEUE_SIZE: '32', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '16' }

describe('a collector fails in every way, one after the other: the service does not notice', () => {
  let app: AppProcess
  let collector: Collector
  let made = 0

  beforeAll(async () => {
    collector = await openCollector()
    app = await openApp('serve-telemetry.ts', {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_TIMEOUT: '300',
        OTEL_BSP_SCHEDULE_DELAY: '20',
        ...QUEUE,
      },
    })
  })
  afterAll(() => Promise.all([app.close(), collector.close()]))

  const FAULTS: FaultName[] = [
    'refused',
    'hang',
    '400',
    '429',
    '500',
    '503',
    'reset',
    'drip',
    'huge',
  ]
  test.for(FAULTS)('%s', async (fault) => {
    const before = await readLedger(app.adminUrl, 'tracing')
    const seen = app.lines.length
    await collector.setFault(fault)
    expect(await ask(app, '/', REQUESTS)).toEqual({ 200: REQUESTS })
    made += REQUESTS
    const during = await settledLedger(app.adminUrl, 'tracing', made)
    if (fault !== 'reset') expect(during.delivered).toBe(before.delivered)

    await collector.setFault(undefined)
    expect(await ask(app, '/', 1)).toEqual({ 200: 1 })
    made += 1
    const after = await settledLedger(app.adminUrl, 'tracing', made)
    expect(after).toEqual({ ...during, delivered: during.delivered + 1 })
    const changes = app.lines.slice(seen).filter(({ message }) => message?.startsWith('traces '))
    // A reset may come before the status is read, or after it: then they count as delivered.
    const isTold = fault !== 'reset' || during.failed > before.failed
    expect(changes.map(({ severity }) => severity)).toEqual(isTold ? ['warn', 'info'] : [])
  })

  test('a reply of a hanging collector is not waited for beyond the deadline of the end', async () => {
    await collector.setFault('hang')
    const end = await openApp('serve-telemetry.ts', {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, SERVICEX_SHUTDOWN_TIMEOUT: '0.5' },
    })
    await ask(end, '/', 3)
    const startedAt = performance.now()
    end.kill('SIGTERM')
    expect((await end.ended).exitCode).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(2000)
    expect(end.lines.at(-1)?.message).toBe('tracing: 3 were not delivered within 500 ms')
  })
})

describe('Sentry fails in every way, one after the other: the service does not notice', () => {
  let app: AppProcess
  let sentry: SentryIngest
  let made = 0

  beforeAll(async () => {
    sentry = await openSentryIngest()
    app = await openApp('serve-telemetry.ts', { env: { SENTRY_DSN: sentry.dsn } })
  })
  afterAll(() => Promise.all([app.close(), sentry.close()]))

  test.for<FaultName>(['refused', '400', '500', '503'])('%s', async (fault) => {
    const before = await readLedger(app.adminUrl, 'errors')
    const seen = app.lines.length
    await sentry.setFault(fault)
    expect(await ask(app, '/error', REQUESTS)).toEqual({ 200: REQUESTS })
    made += REQUESTS
    const during = await settledLedger(app.adminUrl, 'errors', made)
    expect(during.delivered).toBe(before.delivered)

    await sentry.setFault(undefined)
    expect(await ask(app, '/error', 1)).toEqual({ 200: 1 })
    made += 1
    const after = await settledLedger(app.adminUrl, 'errors', made)
    expect(after).toEqual({ ...during, delivered: during.delivered + 1 })
    const changes = app.lines.slice(seen).filter(({ message }) => message?.startsWith('errors '))
    expect(changes.map(({ severity }) => severity)).toEqual(['warn', 'info'])
  })

  test('429: nothing is sent for as long as Sentry asks, and what is not sent is counted', async () => {
    const before = await readLedger(app.adminUrl, 'errors')
    await sentry.setFault('429')
    await ask(app, '/error', 1)
    made += 1
    await settledLedger(app.adminUrl, 'errors', made)
    await sentry.setFault(undefined)
    await ask(app, '/error', REQUESTS)
    made += REQUESTS
    expect(await settledLedger(app.adminUrl, 'errors', made)).toEqual({
      ...before,
      failed: before.failed + 1,
      dropped: before.dropped + REQUESTS,
    })
  })

  test.for<FaultName>(['hang', 'drip', 'huge', 'reset'])('%s', async (fault) => {
    const own = await openSentryIngest({ fault })
    const service = await openApp('serve-telemetry.ts', {
      env: { SENTRY_DSN: own.dsn, SERVICEX_SHUTDOWN_TIMEOUT: '0.5' },
    })
    try {
      expect(await ask(service, '/error', 300)).toEqual({ 200: 300 })
      const { delivered, dropped, failed, queued } = await readLedger(service.adminUrl, 'errors')
      expect(delivered + dropped + failed + queued).toBe(300)
      expect(queued).toBeLessThanOrEqual(100)
      const startedAt = performance.now()
      service.kill('SIGTERM')
      expect((await service.ended).exitCode).toBe(0)
      expect(performance.now() - startedAt).toBeLessThan(2000)
    } finally {
      await Promise.all([service.close(), own.close()])
    }
  })
})

/** Asks a number of times, some at once; gives the answers by status. */
async function ask(app: AppProcess, path: string, count: number): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {}
  let left = count
  const client = async (): Promise<void> => {
    while ((left -= 1) >= 0) {
      const response = await fetch(`http://127.0.0.1:${app.port}${path}`)
      await response.text()
      statuses[response.status] = (statuses[response.status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: 8 }, client))
  return statuses
}
