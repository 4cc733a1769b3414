import { expect, test } from 'vitest'
import { parseExposition } from '../../src/testing/index.ts'
import { startApp } from './app.ts'

const REQUESTS = 1000
const AT_A_TIME = 20

test('random paths that no route matches give one series, and no line has a raw path as its route', async () => {
  const app = await startApp()
  const { samples } = parseExposition(await app.readMetrics())
  const before = samples.length
  for (let sent = 0; sent < REQUESTS; sent += AT_A_TIME) {
    const paths = Array.from(
      { length: AT_A_TIME },
      (_, index) => `/x${sent + index}/${'y'.repeat(index)}`,
    )
    const statuses = await Promise.all(paths.map((path) => app.get(path)))
    expect(new Set(statuses)).toEqual(new Set([404]))
  }
  const after = parseExposition(await app.readMetrics()).samples
  // One histogram of 15 buckets with its sum and its count, and what a scrape itself brings.
  expect(after.length - before).toBeLessThanOrEqual(50)
  const counts = after.filter(({ name }) => name === 'http_server_request_duration_seconds_count')
  expect(counts).toMatchObject([{ labels: { http_route: 'unmatched' }, value: REQUESTS }])
  await app.stop()
  const routes = app.lines.flatMap(
    ({ http }) => (http as { route: string } | undefined)?.route ?? [],
  )
  expect(routes).toHaveLength(REQUESTS)
  expect(new Set(routes)).toEqual(new Set(['unmatched']))
})
