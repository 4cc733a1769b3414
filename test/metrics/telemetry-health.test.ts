import { expect, test } from 'vitest'
import type { Signal, SignalHealth } from '../../src/context/facts.ts'
import { registerTelemetryHealth } from '../../src/metrics/telemetry-health.ts'
import { readValues } from './page.ts'

const NONE: SignalHealth = {
  queued: 0,
  delivered: 0,
  dropped: 0,
  failed: 0,
  lastSuccessMs: 0,
  up: true,
}

test('every signal that delivers shows how that goes, at each scrape anew', async () => {
  let health = NONE
  const flush = (): Promise<void> => Promise.resolve()
  const signals: Signal[] = [
    { name: 'metrics', sink: {}, flush },
    {
      name: 'tracing',
      sink: {},
      flush,
      get health() {
        return health
      },
    },
  ]
  registerTelemetryHealth(signals)
  const signal = 'tracing'
  const read = async (): Promise<unknown> => ({
    queue: await readValues('servicex_telemetry_queue_items'),
    up: await readValues('servicex_telemetry_up'),
    items: await readValues('servicex_telemetry_items_total'),
    lastSuccess: await readValues('servicex_telemetry_last_success_timestamp_seconds'),
  })
  expect(await read()).toEqual({
    queue: [[{ signal }, 0]],
    up: [[{ signal }, 1]],
    items: [
      [{ signal, outcome: 'delivered' }, 0],
      [{ signal, outcome: 'dropped' }, 0],
      [{ signal, outcome: 'failed' }, 0],
    ],
    lastSuccess: [],
  })
  health = {
    queued: 7,
    delivered: 3,
    dropped: 2,
    failed: 1,
    lastSuccessMs: 1_700_000_000_500,
    up: false,
  }
  const changed = {
    queue: [[{ signal }, 7]],
    up: [[{ signal }, 0]],
    items: [
      [{ signal, outcome: 'delivered' }, 3],
      [{ signal, outcome: 'dropped' }, 2],
      [{ signal, outcome: 'failed' }, 1],
    ],
    lastSuccess: [[{ signal }, 1_700_000_000.5]],
  }
  expect(await read()).toEqual(changed)
  expect(await read()).toEqual(changed)
})
