import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeReal } from '../real/describe-real.ts'
import { pollUntil } from '../real/poll-until.ts'
import { type Prometheus, startPrometheus } from '../real/prometheus.ts'
import { type App, startApp } from './app.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'

let app: App
let text: { address: string; close(): void }

beforeAll(async () => {
  app = await startApp()
  text = await openTextPage(app)
})
afterAll(async () => {
  text.close()
  await app.stop()
})

/** The same page in the plain format only, for a scraper that prefers the other one. */
async function openTextPage(source: App): Promise<typeof text> {
  const server = createServer((_request, response) => {
    void source
      .readMetrics('text/plain')
      .then((page) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(page),
      )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { address: `127.0.0.1:${port}`, close: () => void server.close() }
}

function startScraper(): Promise<Prometheus | undefined> {
  return startPrometheus({ targets: [`127.0.0.1:${app.adminPort}`, text.address] })
}

describeReal('a real Prometheus', 'prometheus', startScraper, (prometheus) => {
  test('reads both formats, finds the same in them, and shows the exemplars’ traces', async () => {
    await app.get('/users/7', { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` })
    const route = `{http_route="/users/:id"}`
    const samples = await pollUntil(
      async () => {
        const found = await prometheus().query(`http_server_request_duration_seconds_count${route}`)
        return found.length === 2 ? found : undefined
      },
      { what: 'a scrape of both pages' },
    )
    for (const { metric, value } of samples)
      expect({ ...metric, value: value[1] }).toMatchObject({
        http_request_method: 'GET',
        http_route: '/users/:id',
        http_response_status_code: '200',
        value: '1',
      })
    for (const target of await prometheus().readTargets())
      expect(target).toMatchObject({ health: 'up', lastError: '' })
    const exemplars = await prometheus().queryExemplars(
      `http_server_request_duration_seconds_bucket${route}`,
    )
    expect(exemplars.flatMap((series) => series.exemplars)).toMatchObject([
      { labels: { trace_id: TRACE_ID, span_id: expect.stringMatching(/^[0-9a-f]{16}$/) } },
    ])
  })

  test('has an app’s own counter under one name, and what is running', async () => {
    await app.get('/invoices/7')
    const read = async (): Promise<string[] | undefined> => {
      const found = await prometheus().query('invoices_paid_total{kind="card"}')
      return found.length === 2 ? found.map(({ value }) => value[1]) : undefined
    }
    expect(await pollUntil(read, { what: 'the counter' })).toEqual(['1', '1'])
    expect(await prometheus().query('build_info{service="billing"}')).toHaveLength(2)
  })
})
