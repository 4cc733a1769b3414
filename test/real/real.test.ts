import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect as connectAmqp } from 'amqplib'
import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { Histogram, Registry, type OpenMetricsContentType } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { describeReal } from './describe-real.ts'
import { startMariadb } from './mariadb.ts'
import { pollUntil } from './poll-until.ts'
import { startPostgres } from './postgres.ts'
import { startPrometheus } from './prometheus.ts'
import { checkMetrics } from './promtool.ts'
import { startRabbitmq } from './rabbitmq.ts'
import { startRedis } from './redis.ts'

const TRACE = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' }

describeReal('a real PostgreSQL', 'postgres', startPostgres, (server) => {
  test('answers pg', async () => {
    const client = new pg.Client(server().url)
    await client.connect()
    await client.query('CREATE TABLE invoice (id int); INSERT INTO invoice VALUES (1), (2)')

    const { rows } = await client.query(
      'SELECT sum(id)::int AS total FROM invoice WHERE id > $1',
      [0],
    )
    expect(rows).toEqual([{ total: 3 }])
    await client.end()
  })
})

describeReal('a real Redis', 'redis-server', startRedis, (server) => {
  test('answers ioredis', async () => {
    const client = new Redis(server().url)

    await client.set('key', 'value')
    expect(await client.get('key')).toBe('value')
    client.disconnect()
  })
})

describeReal('a real MariaDB', 'mariadbd', startMariadb, (server) => {
  test('answers mysql2', async () => {
    const client = await createConnection(server().url)
    await client.query('CREATE TABLE invoice (id int)')
    await client.query('INSERT INTO invoice VALUES (1), (2)')

    const [rows] = await client.execute('SELECT count(*) AS count FROM invoice WHERE id > ?', [0])
    expect(rows).toEqual([{ count: 2 }])
    await client.end()
  })
})

describeReal('a real RabbitMQ', 'rabbitmq-server', startRabbitmq, (server) => {
  test('delivers what amqplib sends, with its headers', async () => {
    const connection = await connectAmqp(server().url)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue('', { exclusive: true })
    channel.sendToQueue(queue, Buffer.from('invoice 1'), { headers: { traceparent: 'a' } })

    const message = await pollUntil(async () => (await channel.get(queue)) || undefined, {
      what: 'a message',
    })
    expect(message.content.toString()).toBe('invoice 1')
    expect(message.properties.headers).toEqual({ traceparent: 'a' })
    await connection.close()
  })
})

const page = await servePage()

describeReal(
  'a real Prometheus',
  'prometheus',
  () => startPrometheus({ targets: [page.address] }),
  (server) => {
    test('scrapes a page and shows its values and exemplars', async () => {
      const { query, queryExemplars, readTargets } = server()
      const read = async () => (await query('latency_seconds_count')).at(0)
      const sample = await pollUntil(read, { what: 'a scrape' })
      expect(sample).toMatchObject({
        metric: { job: 'servicex', route: '/a' },
        value: [expect.any(Number), '1'],
      })

      expect(await readTargets()).toMatchObject([
        { scrapeUrl: `http://${page.address}/metrics`, health: 'up', lastError: '' },
      ])
      expect(await queryExemplars('latency_seconds_bucket')).toMatchObject([
        { seriesLabels: { le: '0.5' }, exemplars: [{ labels: TRACE, value: '0.3' }] },
      ])
    })

    test('says why a question has no answer', async () => {
      await expect(server().query('latency_seconds_count{')).rejects.toThrow('parse error')
    })
  },
)

describe('promtool', () => {
  test('finds a sound page sound, a badly named metric and a broken page not', async ({ skip }) => {
    const sound = await checkMetrics('# HELP up Is it up?\n# TYPE up gauge\nup 1\n')
    skip(sound === undefined, 'this machine has no promtool')

    expect(sound).toEqual({ isSound: true, complaints: '' })
    expect(await checkMetrics('# HELP jobs x\n# TYPE jobs counter\njobs 1\n')).toMatchObject({
      isSound: false,
      complaints: expect.stringContaining('_total'),
    })
    expect(await checkMetrics('up{ 1\n')).toMatchObject({ isSound: false })
  })
})

async function servePage(): Promise<{ address: string }> {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const latency = new Histogram<string>({
    name: 'latency_seconds',
    help: 'x',
    labelNames: ['route'],
    buckets: [0.1, 0.5],
    enableExemplars: true,
    registers: [registry],
  })
  latency.observe({ labels: { route: '/a' }, value: 0.3, exemplarLabels: TRACE })
  const text = await registry.metrics()
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': registry.contentType }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}
