import { addSink } from '../../../src/context/observer.ts'
import { openLogging } from '../../../src/logging/open-logging.ts'
import { openMetrics, readMetrics } from '../../../src/metrics/open-metrics.ts'
import type { Destination } from '../../../src/logging/destination.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { configOf } from '../../config/config-of.ts'
import { billingClient } from '../../fixtures/client/clients/billing.js'
import { serveBy } from '../../fixtures/client/mounts.ts'
import { ID, IDS, serveBilling } from '../../fixtures/client/serve-billing.ts'

const lines: Record<string, unknown>[] = []
const destination: Destination = {
  health: { queued: 0, delivered: 0, dropped: 0, failed: 0, lastSuccessMs: 0, up: true },
  write(line) {
    lines.push(JSON.parse(line) as Record<string, unknown>)
    return true
  },
  writeSoon(line) {
    this.write(line)
  },
  flush: () => Promise.resolve(),
  flushSync: () => undefined,
}

beforeAll(() => {
  const config = configOf({ NODE_ENV: 'production' })
  const { sink: log } = openLogging(config, destination)
  const { sink: metrics } = openMetrics(config, () => undefined)
  addSink({ onClient: (facts) => [log.onClient?.(facts), metrics.onClient?.(facts)] })
})

describe('a call of an operation', () => {
  test('is observed by target, operation and outcome', async () => {
    const { url, close } = await serveBy('node', serveBilling().routes)
    const billing = billingClient({ baseUrl: url, deadline: '20s' })
    await billing.getInvoice({ id: ID })
    await billing.getInvoice({ id: ID })
    await billing.getInvoice({ id: IDS.missing })
    await close()
    const page = await readMetrics(undefined)
    const counts = [...page.matchAll(/^servicex_client_duration_seconds_count(.*)$/gm)].map(
      ([, sample]) => sample,
    )
    expect(counts).toEqual([
      '{target="billing",operation="getInvoice",outcome="ok"} 2',
      '{target="billing",operation="getInvoice",outcome="not_found"} 1',
    ])
  })

  test('writes one line when it has failed for good, and none for an answer', async () => {
    lines.length = 0
    await billingClient({ baseUrl: 'http://127.0.0.1:1' }).getInvoice({ id: 'my-secret-id' })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      severity: 'warn',
      message: expect.stringMatching(/^billing\.getInvoice: unavailable/) as string,
      call: { target: 'billing', operation: 'getInvoice', outcome: 'unavailable' },
    })
    expect(JSON.stringify(lines[0])).not.toContain('my-secret-id')
  })
})
