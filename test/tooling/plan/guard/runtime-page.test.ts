import { beforeAll, expect, test } from 'vitest'
import type { Sink } from '../../../../src/context/facts.ts'
import { openMetrics, readMetrics } from '../../../../src/metrics/open-metrics.ts'
import { toCounters } from '../../../../tooling/plan/guard/counters.ts'
import { toQuantile } from '../../../../tooling/plan/guard/statistics.ts'
import { configOf } from '../../../config/config-of.ts'
import { requestFacts } from '../../../tracing/facts.ts'

let sink: Sink

beforeAll(() => {
  ;({ sink } = openMetrics(configOf({ NODE_ENV: 'production' }), () => undefined))
})

test("the runtime's own page is read: before its first request, and in both formats after it", async () => {
  expect(toCounters(await readMetrics('text/plain'))).toMatchObject({ requests: 0, errors: 0 })
  const observe = (count: number, facts: object): void => {
    for (let at = 0; at < count; at += 1) sink.onRequest?.(requestFacts(facts))
  }
  observe(90, { route: '/a/{id} b', statusCode: 200, durationMs: 20 })
  observe(6, { route: '/quoted"\\\n', statusCode: 503, failed: true, durationMs: 400 })
  observe(3, { statusCode: 404, durationMs: 20 })
  observe(1, { statusCode: 499, aborted: true, durationMs: 20 })
  for (const accept of ['text/plain', 'application/openmetrics-text']) {
    const found = toCounters(await readMetrics(accept))
    expect(found).toMatchObject({ requests: 100, errors: 6 })
    expect(found?.buckets.get(0.025)).toBe(94)
    expect(found?.buckets.get(Infinity)).toBe(100)
    expect(toQuantile(found?.buckets ?? new Map(), 0.95)).toBeGreaterThan(0.25)
  }
})

test('the page of a service with a hundred routes costs little to read', async () => {
  for (let route = 0; route < 100; route += 1)
    for (const statusCode of [200, 201, 400, 404, 500])
      sink.onRequest?.(requestFacts({ route: `/route-${route}`, statusCode }))
  const page = await readMetrics('text/plain')
  const before = process.cpuUsage()
  for (let look = 0; look < 20; look += 1) toCounters(page)
  const { user } = process.cpuUsage(before)
  // A deploy looks a dozen times at eight pods, and may cost 300 ms.
  expect(user / 1000 / 20).toBeLessThan(25)
})
