import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { configOf, errorOf, sourceOf, type Variables } from './config-of.ts'

test('without any variable everything has the value of the convention', () => {
  expect(configOf()).toEqual({
    service: {
      app: 'billing',
      process: 'web',
      name: 'billing',
      revision: 'unknown',
      environment: 'development',
      instanceId: hostname(),
      resource: {
        'service.name': 'billing',
        'service.namespace': 'billing',
        'service.version': 'unknown',
        'service.instance.id': hostname(),
        'deployment.environment.name': 'development',
      },
    },
    app: { root: '/', name: undefined, version: undefined, dependencies: [] },
    development: true,
    logging: { level: 'info', format: 'otel', googleProject: undefined },
    tracing: {
      endpoint: undefined,
      headers: {},
      sampler: { parentBased: true, ratio: 1 },
      maxQueueSpans: 2048,
      maxBatchSpans: 512,
      batchDelayMs: 5000,
    },
    errors: { dsn: undefined, release: 'unknown', environment: 'development' },
    metrics: { maxSeries: 2000 },
    ports: { app: 8080, admin: 9464 },
    shutdown: { propagationMs: 0, drainMs: 10_000, hooksMs: 5000, flushMs: 5000 },
    internalHosts: [],
  } satisfies Config)
})

const DSN = 'https://key@sentry.example/42'

/** Each variable by itself, and what becomes of it. */
const READ: readonly [Variables, (config: Config) => unknown, unknown][] = [
  [{ PORT: '3000' }, ({ ports }) => ports.app, 3000],
  [{ PORT: '0' }, ({ ports }) => ports.app, 0],
  [{ ADMIN_PORT: '9000' }, ({ ports }) => ports.admin, 9000],
  [{ LOG_LEVEL: 'DEBUG' }, ({ logging }) => logging.level, 'debug'],
  [{ SERVICEX_LOG_FORMAT: 'gcp' }, ({ logging }) => logging.format, 'gcp'],
  [{ GOOGLE_CLOUD_PROJECT: 'shop' }, ({ logging }) => logging.googleProject, 'shop'],
  [
    {
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, tenant=acme',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'tenant=other',
    },
    ({ tracing }) => tracing.headers,
    { 'api-key': 'a b', tenant: 'other' },
  ],
  [{ NODE_ENV: 'production' }, ({ service }) => service.environment, 'production'],
  [{ NODE_ENV: 'production' }, ({ development }) => development, false],
  [{ SENTRY_ENVIRONMENT: 'qa' }, ({ service }) => service.environment, 'qa'],
  [{ SENTRY_ENVIRONMENT: 'prod' }, ({ errors }) => errors.environment, 'production'],
  [{ SENTRY_DSN: DSN }, ({ errors }) => errors.dsn, DSN],
  [{ SENTRY_RELEASE: 'r1' }, ({ service }) => service.revision, 'r1'],
  [{ SENTRY_RELEASE: 'r1', SERVICEX_REVISION: 'r2' }, ({ errors }) => errors.release, 'r1'],
  [{ SENTRY_RELEASE: 'r1', SERVICEX_REVISION: 'r2' }, ({ service }) => service.revision, 'r2'],
  [{ SERVICEX_REVISION: 'r2' }, ({ errors }) => errors.release, 'r2'],
  [{ SERVICEX_PROCESS: 'worker' }, ({ service }) => service.name, 'billing-worker'],
  [{ SERVICEX_PROCESS: 'worker' }, ({ service }) => service.app, 'billing'],
  [{ OTEL_SERVICE_NAME: 'other' }, ({ service }) => service.name, 'other'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, endpoint, 'http://c:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' }, endpoint, 'http://c:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c/otlp' }, endpoint, 'http://c/otlp/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/own' }, endpoint, 'http://c/own'],
  [{ ...both('http://c'), OTEL_TRACES_EXPORTER: 'none' }, endpoint, undefined],
  [{ ...both('http://c'), OTEL_SDK_DISABLED: 'TRUE' }, endpoint, undefined],
  [{ ...both('http://c'), OTEL_SDK_DISABLED: 'yes' }, endpoint, 'http://c/'],
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, sampler, { parentBased: false, ratio: 0 }],
  [{ OTEL_TRACES_SAMPLER: 'always_on' }, sampler, { parentBased: false, ratio: 1 }],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, sampler, { parentBased: true, ratio: 0 }],
  [ratio('traceidratio', '0.25'), sampler, { parentBased: false, ratio: 0.25 }],
  [ratio('parentbased_traceidratio', '1e-3'), sampler, { parentBased: true, ratio: 0.001 }],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: '100' }, ({ tracing }) => tracing.maxQueueSpans, 100],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: '100' }, ({ tracing }) => tracing.maxBatchSpans, 100],
  [{ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '7' }, ({ tracing }) => tracing.maxBatchSpans, 7],
  [{ OTEL_BSP_SCHEDULE_DELAY: '50' }, ({ tracing }) => tracing.batchDelayMs, 50],
  [{ SERVICEX_MAX_SERIES: '10' }, ({ metrics }) => metrics.maxSeries, 10],
  [{ SERVICEX_PROPAGATION_DELAY: '1.5' }, ({ shutdown }) => shutdown.propagationMs, 1500],
  [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, ({ shutdown }) => shutdown.propagationMs, 5000],
  [{ SERVICEX_DRAIN_TIMEOUT: '2' }, ({ shutdown }) => shutdown.drainMs, 2000],
  [{ SERVICEX_SHUTDOWN_TIMEOUT: '.5' }, ({ shutdown }) => shutdown.flushMs, 500],
  [
    { SERVICEX_INTERNAL_HOSTS: 'a.example, .b.example,' },
    ({ internalHosts }) => internalHosts,
    ['a.example', '.b.example'],
  ],
]

test.for(READ)('%j is obeyed', ([env, pick, expected]) => {
  expect(pick(configOf(env))).toEqual(expected)
})

test.for(READ)('%j, but empty, is as good as absent', ([env, pick]) => {
  const empty = Object.fromEntries(Object.keys(env).map((name) => [name, ' ']))
  expect(pick(configOf(empty))).toEqual(pick(configOf()))
})

test('a shutdown declared in service.ts gives way to variables', () => {
  const shutdown = { propagationSeconds: 1, drainSeconds: 2, flushSeconds: 3 }
  const declared = { propagationMs: 1000, drainMs: 2000, hooksMs: 5000, flushMs: 3000 }
  expect(configOf({}, { shutdown }).shutdown).toEqual(declared)
  expect(configOf({ SERVICEX_DRAIN_TIMEOUT: '9' }, { shutdown }).shutdown.drainMs).toBe(9000)
})

describe('OTEL_RESOURCE_ATTRIBUTES', () => {
  const attributesOf = (text: string, env: Variables = {}): Readonly<Record<string, string>> =>
    configOf({ ...env, OTEL_RESOURCE_ATTRIBUTES: text }).service.resource

  test('names the service where no variable of its own does', () => {
    const text =
      'service.name=a,service.namespace=b,service.version=c,service.instance.id=d,deployment.environment.name=prod'
    expect(configOf({ OTEL_RESOURCE_ATTRIBUTES: text }).service).toMatchObject({
      name: 'a',
      revision: 'c',
      instanceId: 'd',
      environment: 'production',
    })
    expect(attributesOf(text)).toMatchObject({ 'service.namespace': 'b' })
    expect(attributesOf(text, { OTEL_SERVICE_NAME: 'z' })).toMatchObject({ 'service.name': 'z' })
  })

  test('is decoded: percent signs, spaces around members, `=` in values', () => {
    expect(attributesOf(' k8s.pod.name = a%20b%2Cc , empty=, eq=x=y ,')).toMatchObject({
      'k8s.pod.name': 'a b,c',
      empty: '',
      eq: 'x=y',
    })
  })

  test('a member that is no pair is named', () => {
    expect(errorOf({ OTEL_RESOURCE_ATTRIBUTES: 'a=1,nonsense,b=%zz' }).details).toEqual([
      expect.stringContaining('"nonsense" is none'),
      expect.stringContaining('"b=%zz" is none'),
    ])
  })

  test('cannot reach a prototype', () => {
    const resource = attributesOf('__proto__=x,constructor=y,prototype=z')
    expect(Object.getPrototypeOf(resource)).toBe(Object.prototype)
    expect(Object.entries(resource)).toContainEqual(['__proto__', 'x'])
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
})

test('an environment with the name of a built-in property is only a name', () => {
  expect(configOf({ NODE_ENV: 'constructor' }).service.environment).toBe('constructor')
  expect(configOf({ SENTRY_ENVIRONMENT: '__proto__' }).service.environment).toBe('__proto__')
})

test.for([
  [true, {}, 'pretty'],
  [true, { NODE_ENV: 'test' }, 'pretty'],
  [true, { NODE_ENV: 'production' }, 'otel'],
  [true, { SERVICEX_LOG_FORMAT: 'ecs' }, 'ecs'],
  [false, {}, 'otel'],
] as const)('with a terminal: %s and %j, lines are %s', ([terminal, env, format]) => {
  const { config } = readConfig({}, sourceOf(env, { terminal }))
  expect(config.logging.format).toBe(format)
})

function endpoint({ tracing }: Config): unknown {
  return tracing.endpoint
}

function sampler({ tracing }: Config): unknown {
  return tracing.sampler
}

function ratio(name: string, share: string): Variables {
  return { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share }
}

function both(url: string): Variables {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url }
}
