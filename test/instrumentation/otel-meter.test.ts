import { metrics, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { expose, type ExpositionFormat } from '../../src/metrics/exposition.ts'
import { meterProvider, registerOtelMetrics } from '../../src/metrics/otel-meter.ts'
import { toLabelName, toPrometheusName } from '../../src/metrics/otel-names.ts'
import { configureRegistry, registry } from '../../src/metrics/registry.ts'
import { findSamples, parseExposition, type Sample } from '../../src/wire/exposition.ts'

const meter = meterProvider.getMeter('test')
let warnings: string[]

beforeEach(() => {
  warnings = []
  configureRegistry({ maxSeries: 2000, warn: (_fields, message) => warnings.push(message) })
})

describe("OpenTelemetry's names in Prometheus' spelling", () => {
  test.for([
    ['http.server.active_requests', '{request}', 'gauge', 'http_server_active_requests'],
    ['db.client.connection.wait_time', 's', 'histogram', 'db_client_connection_wait_time_seconds'],
    ['jobs.done', '', 'counter', 'jobs_done_total'],
    ['jobs_total', '1', 'counter', 'jobs_total'],
    ['queue.size', 'By', 'gauge', 'queue_size_bytes'],
    ['wait.seconds', 's', 'histogram', 'wait_seconds'],
    ['cache.hits', '1', 'gauge', 'cache_hits_ratio'],
    ['net.speed', 'By/s', 'gauge', 'net_speed_bytes_per_second'],
    ['2nd.try', '{try}', 'counter', '_2nd_try_total'],
    ['odd--name', 'ms', 'gauge', 'odd_name_milliseconds'],
  ] as const)('%s in %s is the %s %s', ([name, unit, type, spelled]) => {
    expect(toPrometheusName(name, unit, type)).toBe(spelled)
  })

  test.for([
    ['http.request.method', 'http_request_method'],
    ['le', 'attribute_le'],
    ['9lives', '_9lives'],
  ] as const)('the attribute %s is the label %s', ([name, label]) => {
    expect(toLabelName(name)).toBe(label)
  })
})

describe('an instrument on /metrics', () => {
  test('counter: adds up under its attributes, in whatever order they come', async () => {
    const counter = meter.createCounter('shop.orders', { description: 'Orders taken' })
    counter.add(1, { 'order.kind': 'new', paid: true })
    counter.add(2, { paid: true, 'order.kind': 'new' })
    counter.add(1)
    expect(await read('shop_orders_total')).toEqual([
      [{ order_kind: 'new', paid: 'true' }, 3],
      [{}, 1],
    ])
    expect(await page()).toContain('# HELP shop_orders_total Orders taken\n')
  })

  test('counter: a value that spells another attribute is a value', async () => {
    const counter = meter.createCounter('shop.visits')
    for (const place of ['a;to=1:b', 'a;to=1:b'] as const) counter.add(1, { from: place })
    counter.add(1, { from: 'a', to: 'b' })
    counter.add(1, { from: 'a', to: undefined })
    expect(await read('shop_visits_total')).toEqual([
      [{ from: 'a;to=1:b' }, 2],
      [{ from: 'a', to: 'b' }, 1],
      [{ from: 'a' }, 1],
    ])
  })

  test('counter: a value that is no attribute spells nothing, and is counted', async () => {
    const counter = meter.createCounter('shop.calls')
    counter.add(1, { by: (() => 1) as unknown as string })
    expect(await read('shop_calls_total')).toEqual([[{ by: '' }, 1]])
  })

  test('up-down counter: goes both ways', async () => {
    const counter = meter.createUpDownCounter('shop.baskets', { unit: '{basket}' })
    counter.add(3)
    counter.add(-1)
    expect(await read('shop_baskets')).toEqual([[{}, 2]])
  })

  test('gauge: the last value counts', async () => {
    const gauge = meter.createGauge('shop.temperature', { unit: 'Cel' })
    gauge.record(20)
    gauge.record(-3.5)
    expect(await read('shop_temperature_celsius')).toEqual([[{}, -3.5]])
  })

  test('histogram: has the advised buckets, and the sampled trace of a value as exemplar', async () => {
    const histogram = meter.createHistogram('shop.checkout', {
      unit: 's',
      advice: { explicitBucketBoundaries: [1, 0.1] },
    })
    const place = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: TraceFlags.SAMPLED,
    }
    histogram.record(0.5, {}, trace.setSpanContext(ROOT_CONTEXT, place))
    histogram.record(5)
    expect(await read('shop_checkout_seconds_bucket')).toEqual([
      [{ le: '0.1' }, 0],
      [{ le: '1' }, 1],
      [{ le: '+Inf' }, 2],
    ])
    expect(await read('shop_checkout_seconds_sum')).toEqual([[{}, 5.5]])
    expect(await page('openmetrics')).toMatch(
      /shop_checkout_seconds_bucket\{le="1"\} 1 # \{trace_id="a{32}",span_id="b{16}"\} 0\.5 /,
    )
  })

  test('observable ones: are asked once a scrape, and forget what they no longer tell', async () => {
    let asked = 0
    let hosts = ['a', 'b']
    meter
      .createObservableGauge('shop.hosts')
      .addCallback((result) => hosts.forEach((host) => result.observe(1, { host })))
    const sold = meter.createObservableCounter('shop.sold')
    const held = meter.createObservableUpDownCounter('shop.held')
    meter.addBatchObservableCallback(
      async (result) => {
        asked += 1
        result.observe(sold, 7)
        result.observe(held, -2, { kind: 'x' })
      },
      [sold, held],
    )
    const first = parseExposition(await page())
    expect(asked).toBe(1)
    expect(toPairs(findSamples(first, 'shop_sold_total'))).toEqual([[{}, 7]])
    expect(toPairs(findSamples(first, 'shop_held'))).toEqual([[{ kind: 'x' }, -2]])
    hosts = ['b']
    expect(await read('shop_hosts')).toEqual([[{ host: 'b' }, 1]])
  })

  test('made twice is one metric', async () => {
    meter.createCounter('shop.twice').add(1)
    meterProvider.getMeter('another').createCounter('shop.twice').add(1)
    expect(await read('shop_twice_total')).toEqual([[{}, 2]])
  })

  test('is under the series cap', async () => {
    configureRegistry({ maxSeries: 2, warn: (_fields, message) => warnings.push(message) })
    const counter = meter.createCounter('shop.many')
    for (let id = 0; id < 5; id += 1) counter.add(1, { id })
    expect(await read('shop_many_total')).toEqual([
      [{ id: '0' }, 1],
      [{ id: '1' }, 1],
      [{ id: 'overflow' }, 3],
    ])
    expect(warnings).toEqual(['metric shop_many_total has too many series: label id took 2 values'])
  })
})

describe('nothing of an instrument throws', () => {
  test.for([
    ['a negative amount', () => meter.createCounter('bad.amount').add(-1)],
    ['a value that is no number', () => meter.createGauge('bad.value').record('1' as never)],
    ['NaN', () => meter.createHistogram('bad.nan').record(Number.NaN)],
    ['a name that is none', () => meter.createCounter(undefined as never).add(1)],
    ['a name that is taken', () => meter.createHistogram('shop.taken').record(1)],
    ['attributes that throw', () => meter.createCounter('bad.attributes').add(1, throwing())],
  ] as const)('%s is warned of once', ([, act]) => {
    registry.registerMetric(taken as never)
    try {
      act()
      act()
    } finally {
      registry.removeSingleMetric('shop_taken')
    }
    expect(warnings).toHaveLength(1)
  })

  test('a callback that throws or never answers leaves the other metrics as they are', async () => {
    const broken = meter.createObservableGauge('bad.callback')
    const never = meter.createObservableGauge('bad.never')
    const hang = (): Promise<void> => new Promise(() => undefined)
    const fail = (): void => {
      throw new Error('planned failure')
    }
    broken.addCallback(fail)
    never.addCallback(hang)
    meter.createCounter('shop.unharmed').add(1)
    expect(await read('shop_unharmed_total')).toEqual([[{}, 1]])
    broken.removeCallback(fail)
    never.removeCallback(hang)
    expect(warnings.toSorted()).toEqual([
      'an observable instrument could not be asked for its values',
      'an observable instrument took too long to answer',
    ])
  })
})

test('what servicex measures itself is not measured again', async () => {
  meter.createHistogram('db.client.operation.duration', { unit: 's' }).record(1)
  expect(await page()).not.toContain('db_client_operation_duration_seconds')
})

describe("through OpenTelemetry's API", () => {
  afterEach(() => metrics.disable())

  test('its instruments are on /metrics', async () => {
    registerOtelMetrics()
    metrics.getMeter('app').createCounter('shop.global').add(1)
    expect(await read('shop_global_total')).toEqual([[{}, 1]])
  })
})

const taken = {
  name: 'shop_taken',
  get: () => ({ name: 'shop_taken', help: '', type: 'gauge', values: [] }),
}

function throwing(): never {
  return {
    get id(): string {
      throw new Error('planned failure')
    },
  } as never
}

function page(format: ExpositionFormat = 'text'): Promise<string> {
  return expose(registry, format)
}

async function read(name: string): Promise<unknown> {
  return toPairs(findSamples(parseExposition(await page()), name))
}

function toPairs(samples: readonly Sample[]): unknown {
  return samples.map(({ labels, value }) => [labels, value])
}
