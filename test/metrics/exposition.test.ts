import { Counter, Gauge, Registry, Summary } from 'prom-client'
import { beforeEach, describe, expect, test } from 'vitest'
import { ExemplarHistogram } from '../../src/metrics/exemplar-histogram.ts'
import {
  CONTENT_TYPES,
  expose,
  type ExpositionFormat,
  toFormat,
} from '../../src/metrics/exposition.ts'
import { parseExposition } from '../../src/wire/exposition.ts'
import { checkMetrics } from '../real/promtool.ts'

const FORMATS: readonly ExpositionFormat[] = ['openmetrics', 'text']
const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

let registry: Registry

beforeEach(() => {
  registry = new Registry()
  const registers = [registry]
  const jobs = new Counter({
    name: 'jobs_total',
    help: 'Jobs "done"\nand \\ more',
    registers,
    labelNames: ['kind'],
  })
  jobs.inc({ kind: 'a "quoted"\nback\\slash ž\u2028' }, 3)
  new Counter({ name: 'visits', help: 'x', registers }).inc(7)
  new Gauge({ name: 'temperature', help: 'x', registers }).set(-1.5e-7)
  new Summary({ name: 'sizes', help: 'x', percentiles: [0.5], registers }).observe(4)
  const latency = new ExemplarHistogram({
    name: 'latency_seconds',
    help: 'x',
    labels: ['route'],
    buckets: [0.1, 1],
    cap: { maxSeries: 10, onOverflow: () => undefined },
  })
  latency.observe(['/a'], 0.5, { ...TRACE, sampled: true })
  latency.observe(['/b'], 5, { ...TRACE, sampled: false })
  registry.registerMetric(latency as never)
})

describe.for(FORMATS)('as %s', (format) => {
  test('a page is spelled as in its golden file', async () => {
    const page = (await expose(registry, format)).replaceAll(/ \d{10}\.\d{3}$/gm, ' <time>')
    await expect(page).toMatchFileSnapshot(`golden/${format}.txt`)
  })

  test('a page has every value, however its labels are escaped', async () => {
    const { samples, hasEof } = parseExposition(await expose(registry, format))
    expect(hasEof).toBe(format === 'openmetrics')
    expect(samples.find(({ name }) => name === 'jobs_total')).toMatchObject({
      labels: { kind: 'a "quoted"\nback\\slash ž\u2028' },
      value: 3,
    })
    expect(samples.find(({ name }) => name === 'visits_total')?.value).toBe(7)
    expect(samples.find(({ name }) => name === 'temperature')?.value).toBe(-1.5e-7)
    expect(samples.filter(({ name }) => name.startsWith('sizes'))).toHaveLength(3)
  })

  test('exemplars stand where the format has them, and only of sampled traces', async () => {
    const { samples } = parseExposition(await expose(registry, format))
    const exemplars = samples.filter(({ exemplar }) => exemplar !== undefined)
    expect(exemplars.map(({ labels }) => labels)).toEqual(
      format === 'openmetrics' ? [{ route: '/a', le: '1' }] : [],
    )
  })

  test.for([
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
  ] as const)('%s is %s', async ([value, spelled]) => {
    const single = registry.getSingleMetric('temperature') as Gauge
    single.set(value)
    expect(await expose(registry, format)).toContain(`\ntemperature ${spelled}\n`)
  })

  test('a metric that cannot be read is left out and told of; the others are there', async () => {
    const gauge = new Gauge({
      name: 'broken',
      help: 'x',
      registers: [registry],
      collect: () => {
        throw new Error('boom')
      },
    })
    expect(gauge).toBeDefined()
    const told: unknown[] = []
    const page = await expose(registry, format, (metric, error) => told.push([metric, error]))
    expect(told).toEqual([['broken', new Error('boom')]])
    expect(page).not.toContain('broken')
    expect(page).toContain('jobs_total')
  })
})

test('scrapers of both formats, taking turns, each get the same page every time', async () => {
  const [openMetrics, text] = await Promise.all(FORMATS.map((format) => expose(registry, format)))
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await expose(registry, 'text')).toBe(text)
    expect(await expose(registry, 'openmetrics')).toBe(openMetrics)
  }
})

test('a series has the same name in both formats', async () => {
  const [first, second] = await Promise.all(
    FORMATS.map(async (format) => {
      const { samples } = parseExposition(await expose(registry, format))
      return samples.map(({ name, labels }) => ({ name, labels }))
    }),
  )
  expect(first).toEqual(second)
})

test('promtool accepts the text', async ({ skip }) => {
  const verdict = await checkMetrics(await expose(registry, 'text'))
  skip(verdict === undefined, 'this machine has no promtool')
  expect(verdict).toEqual({ isSound: true, complaints: '' })
})

const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1'

test.for([
  [PROMETHEUS_3, 'openmetrics'],
  ['application/openmetrics-text', 'openmetrics'],
  ['text/plain, application/openmetrics-text', 'openmetrics'],
  ['text/plain;q=0.9,application/openmetrics-text;q=0.1', 'text'],
  ['application/openmetrics-text;q=0', 'text'],
  ['application/openmetrics-text;q=nonsense', 'text'],
  ['text/plain', 'text'],
  ['*/*', 'text'],
  ['', 'text'],
  [undefined, 'text'],
  [','.repeat(8000), 'text'],
] as const)('who accepts %s gets %s', ([accept, format]) => {
  expect(toFormat(accept)).toBe(format)
  expect(CONTENT_TYPES[format]).toMatch(/version=/)
})
