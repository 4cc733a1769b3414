import { Counter, Gauge, Histogram, Registry, type OpenMetricsContentType } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { findSamples, parseExposition, type Exposition } from '../../src/testing/index.ts'

const TRACE = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' }
const ODD = 'a "quote", a \\ backslash,\na newline} # and = more'

describe('what prom-client writes is read back', () => {
  test('as Prometheus text', async () => {
    const page = await writePage(Registry.PROMETHEUS_CONTENT_TYPE)

    expect(page.hasEof).toBe(false)
    expectValues(page)
    expect(findSamples(page, 'jobs_total')).toMatchObject([{ value: 7, exemplar: undefined }])
    expect(page.families.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'jobs_total counter',
      'odd gauge',
      'latency_seconds histogram',
    ])
  })

  test('as OpenMetrics, with exemplars', async () => {
    const page = await writePage(Registry.OPENMETRICS_CONTENT_TYPE)

    expect(page.hasEof).toBe(true)
    expectValues(page)
    const [bucket] = findSamples(page, 'latency_seconds_bucket', { le: '0.5', route: '/a' })
    expect(bucket?.exemplar).toEqual({
      labels: TRACE,
      value: 0.3,
      timestampSeconds: expect.any(Number),
    })
    expect(Math.abs(Date.now() / 1_000 - (bucket?.exemplar?.timestampSeconds ?? 0))).toBeLessThan(
      60,
    )
    expect(findSamples(page, 'latency_seconds_bucket', { le: '0.1' })).toMatchObject([
      { exemplar: undefined },
    ])
    expect(findSamples(page, 'jobs_total')).toMatchObject([
      { value: 7, exemplar: { labels: TRACE, value: 2 } },
    ])
    expect(page.families.map(({ name }) => name)).toEqual(['jobs', 'odd', 'latency_seconds'])
  })
})

describe('the corners of the formats', () => {
  const samples: [string, object][] = [
    ['up 1', { name: 'up', labels: {}, value: 1, timestamp: undefined }],
    ['up{} 1 1395066363000', { labels: {}, timestamp: 1_395_066_363_000 }],
    ['up{a="b",} -3.14e-7', { labels: { a: 'b' }, value: -3.14e-7 }],
    ['up{a="}"} +Inf', { labels: { a: '}' }, value: Infinity }],
    ['up{a=" # {}",b=""} NaN', { labels: { a: ' # {}', b: '' }, value: Number.NaN }],
    ['up{a="\\\\n\\n\\""} 0', { labels: { a: '\\n\n"' } }],
    ['up\t1  2', { value: 1, timestamp: 2 }],
    [
      'up 1 2.5 # {} 3',
      { timestamp: 2.5, exemplar: { labels: {}, value: 3, timestampSeconds: undefined } },
    ],
  ]

  test.for(samples)('%s', ([line, expected]) => {
    const page = parseExposition(`# a comment\n# HELP up is\\nup\n${line}\n`)
    expect(page.samples).toMatchObject([expected])
    expect(page.families).toMatchObject([
      { name: 'up', help: 'is\nup', type: 'unknown', samples: [expected] },
    ])
  })

  test.for([
    'up',
    'up one',
    'up 0x10',
    'up 1 2 3',
    '{a="b"} 1',
    'up{a=b} 1',
    'up{a="b} 1',
    'up{a="b" c="d"} 1',
    'up{a="b",a="c"} 1',
    'up{a="b"}1',
    'up 1 # trace 1',
    '# EOF\nup 1',
    'up 1\n# TYPE up gauge',
  ])('%j is refused with its line', (text) => {
    expect(() => parseExposition(`ok 1\n${text}\n`)).toThrow(/^metrics line [23]: /)
  })
})

async function writePage(contentType: string): Promise<Exposition> {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(contentType as OpenMetricsContentType)
  const isOpenMetrics = contentType === Registry.OPENMETRICS_CONTENT_TYPE
  const common = { help: 'A\nhelp \\ text', registers: [registry], enableExemplars: isOpenMetrics }
  const jobs = new Counter<string>({ ...common, name: 'jobs_total' })
  const odd = new Gauge({ help: 'x', registers: [registry], name: 'odd', labelNames: ['text'] })
  const latency = new Histogram<string>({
    ...common,
    name: 'latency_seconds',
    labelNames: ['route'],
    buckets: [0.1, 0.5],
  })
  odd.set({ text: ODD }, -Infinity)
  if (isOpenMetrics) {
    jobs.inc({ value: 5 })
    jobs.inc({ value: 2, exemplarLabels: TRACE })
    latency.observe({ labels: { route: '/a' }, value: 0.3, exemplarLabels: TRACE })
  } else {
    jobs.inc(7)
    latency.observe({ route: '/a' }, 0.3)
  }
  return parseExposition(await registry.metrics())
}

function expectValues(page: Exposition): void {
  expect(findSamples(page, 'odd', { text: ODD })).toMatchObject([{ value: -Infinity }])
  expect(
    findSamples(page, 'latency_seconds_bucket').map((sample) => [
      sample.labels['le'],
      sample.value,
    ]),
  ).toEqual([
    ['0.1', 0],
    ['0.5', 1],
    ['+Inf', 1],
  ])
  expect(findSamples(page, 'latency_seconds_sum')).toMatchObject([
    { value: 0.3, labels: { route: '/a' } },
  ])
  expect(findSamples(page, 'latency_seconds_count', { route: '/b' })).toEqual([])
  expect(page.families.find((family) => family.name === 'latency_seconds')).toMatchObject({
    type: 'histogram',
    help: 'A\nhelp \\ text',
  })
}
