import { beforeEach, describe, expect, test } from 'vitest'
import { setObserver } from '../../src/context/observer.ts'
import { withSpan } from '../../src/context/with-span.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { counter } from '../../src/metrics/counter.ts'
import { gauge } from '../../src/metrics/gauge.ts'
import { histogram } from '../../src/metrics/histogram.ts'
import { configureRegistry } from '../../src/metrics/registry.ts'
import { readSamples, readValues } from './page.ts'

let warnings: [Readonly<Record<string, unknown>>, string][]

beforeEach(() => {
  warnings = []
  configureRegistry({ maxSeries: 2000, warn: (...warning) => warnings.push(warning) })
})

test('a counter adds one, or what it is given, under its labels', async () => {
  const plain = counter('plain_total', { help: 'x' })
  plain.inc()
  plain.inc(5)
  expect(await readValues('plain_total')).toEqual([[{}, 6]])
  const orders = counter('orders_total', { help: 'x', labels: ['kind', 'paid'] })
  orders.inc({ kind: 'new', paid: true })
  orders.inc({ paid: true, kind: 'new' }, 2.5)
  orders.inc({ kind: 'old', paid: false })
  expect(await readValues('orders_total')).toEqual([
    [{ kind: 'new', paid: 'true' }, 3.5],
    [{ kind: 'old', paid: 'false' }, 1],
  ])
})

test('a counter’s name ends in _total, whether it was said or not', async () => {
  counter('visits', { help: 'x' }).inc()
  counter('visits_total', { help: 'x' }).inc()
  expect(await readValues('visits_total')).toEqual([[{}, 2]])
})

test('a gauge is set, and goes up and down', async () => {
  const plain = gauge('level', { help: 'x' })
  plain.set(5)
  plain.inc()
  plain.dec(3)
  expect(await readValues('level')).toEqual([[{}, 3]])
  const queue = gauge('queue_length', { help: 'x', labels: ['queue'] })
  queue.set({ queue: 'a' }, 7)
  queue.inc({ queue: 'a' }, 2)
  queue.dec({ queue: 'b' })
  expect(await readValues('queue_length')).toEqual([
    [{ queue: 'a' }, 9],
    [{ queue: 'b' }, -1],
  ])
})

test('a histogram counts into its buckets, bounds included', async () => {
  const payload = histogram('payload_bytes', { help: 'x', labels: ['route'], buckets: [100, 10] })
  for (const bytes of [1, 10, 11, 1000]) payload.observe({ route: '/a' }, bytes)
  expect(await readValues('payload_bytes_bucket')).toEqual([
    [{ route: '/a', le: '10' }, 2],
    [{ route: '/a', le: '100' }, 3],
    [{ route: '/a', le: '+Inf' }, 4],
  ])
  expect(await readValues('payload_bytes_sum')).toEqual([[{ route: '/a' }, 1022]])
  expect(await readValues('payload_bytes_count')).toEqual([[{ route: '/a' }, 4]])
})

test('a histogram without buckets has those of request durations', async () => {
  histogram('wait_seconds', { help: 'x' }).observe(0.3)
  const bounds = (await readSamples('wait_seconds_bucket')).map(({ labels }) => labels['le'])
  expect([bounds.length, bounds[0], bounds.at(-1)]).toEqual([15, '0.005', '+Inf'])
})

test.for([
  [true, 1],
  [false, 0],
] as const)(
  'the trace of the running work is an exemplar when it is sampled: %s',
  async ([sampled, count]) => {
    setObserver({
      sinks: [],
      sampler: () => sampled,
      isInternalHost: () => false,
      onBrokenSink: () => undefined,
    })
    const work = histogram(`work_${sampled}_seconds`, { help: 'x' })
    work.observe(0.3)
    const ids = withSpan('work', ({ traceId, spanId }) => {
      work.observe(0.3)
      return { trace_id: traceId, span_id: spanId }
    })
    setObserver(undefined)
    const exemplars = (await readSamples(`work_${sampled}_seconds_bucket`)).flatMap(
      ({ exemplar }) => exemplar ?? [],
    )
    expect(exemplars).toHaveLength(count)
    if (count > 0) expect(exemplars[0]).toMatchObject({ labels: ids, value: 0.3 })
  },
)

describe('a declaration', () => {
  test('in the same shape gives the same metric', async () => {
    const first = counter('twice_total', { help: 'x', labels: ['a', 'b'] })
    expect(counter('twice_total', { help: 'y', labels: ['b', 'a'] })).toBe(first)
  })

  gauge('taken', { help: 'x', labels: ['a'] })

  test.for([
    ['another type', () => counter('taken', { help: 'x' }), 'the name is taken'],
    ['a histogram', () => histogram('taken', { help: 'x' }), 'the name is taken'],
    ['other labels', () => gauge('taken', { help: 'x', labels: ['b'] }), 'the name is taken'],
    ['the family of a counter', () => gauge('orders', { help: 'x' }), 'taken by "orders_total"'],
    ['a name with a dash', () => gauge('a-b', { help: 'x' }), 'name is "a-b" — expected letters'],
    ['an empty name', () => gauge('', { help: 'x' }), 'name is "" — expected letters'],
    ['a name that is no text', () => counter(7 as never, { help: 'x' }), 'name is "7_total"'],
    ['a label with a dash', () => gauge('g1', { help: 'x', labels: ['a-b'] }), 'label "a-b"'],
    ['a reserved label', () => gauge('g2', { help: 'x', labels: ['__name__'] }), 'not beginning'],
    ['a label twice', () => gauge('g3', { help: 'x', labels: ['a', 'a'] }), 'twice'],
    ['le', () => histogram('h1', { help: 'x', labels: ['le'] }), 'a histogram has it of its own'],
    ['no buckets', () => histogram('h2', { help: 'x', buckets: [] }), 'buckets are []'],
    ['NaN', () => histogram('h3', { help: 'x', buckets: [1, Number.NaN] }), 'buckets are [1,null]'],
    ['a bucket twice', () => histogram('h4', { help: 'x', buckets: [1, 1] }), 'buckets are [1,1]'],
    ['no help', () => gauge('g4', {} as never), 'help is absent'],
  ] as const)('with %s is refused', ([, declareIt, detail]) => {
    expect(declareIt).toThrow(ServicexError)
    expect(declareIt).toThrow(detail)
    expect(declareIt).toThrow('fix: correct the declaration')
  })

  test('that was refused leaves nothing behind', () => {
    expect(() => gauge('again', { help: 'x', labels: ['a', 'a'] })).toThrow(ServicexError)
    expect(() => gauge('again', { help: 'x', labels: ['a'] })).not.toThrow()
  })
})

describe('misuse never throws, counts nothing and is warned of once', () => {
  const hostile = Object.defineProperty({}, 'kind', {
    enumerable: true,
    get: () => {
      throw new Error('getter')
    },
  })

  const cases: readonly [string, readonly unknown[], string][] = [
    ['NaN', [{ kind: 'a' }, Number.NaN], 'was given NaN — expected a finite number'],
    ['Infinity', [{ kind: 'a' }, Infinity], 'was given Infinity — expected a finite number'],
    ['text', [{ kind: 'a' }, '5'], 'was given 5 — expected a finite number'],
    ['an object', [{ kind: 'a' }, {}], 'was given an object — expected a finite number'],
    ['a function', [{ kind: 'a' }, () => 1], 'was given a function — expected a finite number'],
    ['a symbol', [{ kind: 'a' }, Symbol('x')], 'was given Symbol(x) — expected a finite number'],
    ['an unknown label', [{ nope: 1 }, 1], 'was given labels it does not have: nope'],
    ['an object as label', [{ kind: {} }, 1], 'neither text nor numbers: kind'],
    ['a hostile label', [hostile, 1], 'could not be changed'],
  ]

  test.for(
    cases.flatMap(([what, args, warning]) =>
      makers().map((make) => [what, args, warning, make] as const),
    ),
  )('%s', async ([, args, warning, make], { task }) => {
    const name = `misuse_${task.id.replaceAll(/\W/g, '_')}`
    const change = make(name)
    change(...args)
    change(...args)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.[1]).toContain(warning)
    expect(warnings[0]?.[0]['metric']).toContain(name)
    const values = [
      ...(await readValues(`${name}_total`)),
      ...(await readValues(name)),
      ...(await readValues(`${name}_count`)),
    ]
    expect(values).toEqual([])
  })

  test('a counter does not shrink', async () => {
    const falls = counter('falls_total', { help: 'x' })
    falls.inc(-1)
    falls.inc(-2)
    expect(warnings.map(([, text]) => text)).toEqual([
      'counter falls_total was given -1 — a counter only grows',
    ])
    expect(await readValues('falls_total')).toEqual([[{}, 0]])
  })

  test('a label that is absent is empty', async () => {
    const kinds = gauge('absent', { help: 'x', labels: ['kind'] })
    kinds.set({} as never, 1)
    expect(await readValues('absent')).toEqual([[{ kind: '' }, 1]])
  })
})

describe('too many series', () => {
  test.for(makers())(
    'fold into one, and the label that exploded is named once',
    async (make, { task }) => {
      configureRegistry({ maxSeries: 10, warn: (...warning) => warnings.push(warning) })
      const name = `many_${task.id.replaceAll(/\W/g, '_')}`
      const change = make(name)
      for (let index = 0; index < 1000; index += 1) change({ kind: `user ${index}` }, 1)
      const values = [
        ...(await readValues(`${name}_total`)),
        ...(await readValues(name)),
        ...(await readValues(`${name}_count`)),
      ]
      expect(values).toHaveLength(11)
      expect(values.at(-1)?.[0]).toEqual({ kind: 'overflow' })
      expect(warnings).toHaveLength(1)
      expect(warnings[0]?.[0]).toMatchObject({ label: 'kind', values: 10, max_series: 10 })
      expect(warnings[0]?.[1]).toContain('has too many series: label kind took 10 values')
      const overflows = await readValues('servicex_metric_series_overflow_total')
      const [, overflown] = overflows.find(([labels]) => labels['metric']?.startsWith(name)) ?? []
      expect(overflown).toBe(990)
    },
  )

  test('a value that is refused takes no series’ place', async () => {
    configureRegistry({ maxSeries: 1, warn: () => undefined })
    const picky = counter('picky_total', { help: 'x', labels: ['kind'] })
    picky.inc({ kind: 'bad' }, Number.NaN)
    picky.inc({ kind: 'good' })
    expect(await readValues('picky_total')).toEqual([[{ kind: 'good' }, 1]])
  })

  test('an endless label value is cut', async () => {
    const long = gauge('long', { help: 'x', labels: ['kind'] })
    long.set({ kind: 'x'.repeat(100_000) }, 1)
    const [[labels] = []] = await readValues('long')
    expect(labels?.['kind']).toHaveLength(256)
  })
})

type ChangeIt = (...args: readonly unknown[]) => void

/** Each type of metric, declared with the label `kind`, and its method. */
function makers(): readonly ((name: string) => ChangeIt)[] {
  const options = { help: 'x', labels: ['kind'] } as const
  return [
    (name) => toChange(counter(name, options), 'inc'),
    (name) => toChange(gauge(name, options), 'set'),
    (name) => toChange(histogram(name, options), 'observe'),
  ]
}

function toChange(metric: object, verb: string): ChangeIt {
  return (...args) => (metric as Record<string, ChangeIt>)[verb]?.(...args)
}
