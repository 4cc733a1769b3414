import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { configOf, errorOf, type Variables } from './config-of.ts'

test('every wrong setting is in one error: its name, its value, what was expected, what to do', () => {
  const error = errorOf(
    {
      NODE_ENV: 'production',
      PORT: '80a',
      LOG_LEVEL: 'loud',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      API_TOKEN: '123',
    },
    { env: z.object({ API_TOKEN: z.string().min(8), REGION: z.string('a region') }) },
  )

  expect(error.code).toBe('SERVICEX_CONFIG_INVALID')
  expect(error.message).toBe(
    [
      'SERVICEX_CONFIG_INVALID  5 settings are wrong for service "billing" (environment: production)',
      '  LOG_LEVEL                is "loud" — expected one of debug, info, warn, error, fatal',
      '  OTEL_TRACES_SAMPLER_ARG  is not set — expected a share 0–1, because the sampler is a ratio',
      '  PORT                     is "80a" — expected an integer 0–65535',
      '  API_TOKEN                is set (3 characters, not shown) — expected Too small: expected string to have >=8 characters',
      '  REGION                   is not set — expected a region',
      '  fix: set them and start again',
    ].join('\n'),
  )
})

test('one wrong setting is spoken of in the singular, and named in the fix', () => {
  expect(errorOf({ PORT: '-1' }).message).toBe(
    [
      'SERVICEX_CONFIG_INVALID  1 setting is wrong for service "billing" (environment: development)',
      '  PORT  is "-1" — expected an integer 0–65535',
      '  fix: set PORT and start again',
    ].join('\n'),
  )
})

test('headers of the collector are secrets: what is wrong in them is not shown', () => {
  const { message } = errorOf({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key hunter2' })
  expect(message).toContain('is set (15 characters, not shown) — expected key=value pairs')
  expect(message).not.toContain('hunter2')
})

/** Each variable that can be malformed, and what the error expects instead. */
const MALFORMED: readonly [Variables, string][] = [
  [{ PORT: '65536' }, 'an integer 0–65535'],
  [{ PORT: '1e3' }, 'an integer 0–65535'],
  [{ ADMIN_PORT: '0x10' }, 'an integer 0–65535'],
  [{ LOG_LEVEL: 'constructor' }, 'one of debug, info, warn, error, fatal'],
  [{ SERVICEX_LOG_FORMAT: 'json' }, 'one of otel, gcp, ecs, datadog, pretty'],
  [{ SERVICEX_MAX_SERIES: '0' }, 'an integer 1–1000000'],
  [{ SERVICEX_DRAIN_TIMEOUT: '-1' }, 'a number 0–3600'],
  [{ SERVICEX_DRAIN_TIMEOUT: '1.2.3' }, 'a number 0–3600'],
  [{ SERVICEX_SHUTDOWN_TIMEOUT: 'Infinity' }, 'a number 0–3600'],
  [{ SERVICEX_PROPAGATION_DELAY: '5s' }, 'a number 0–3600'],
  [{ SERVICEX_PROCESS: 'Web Server' }, 'a name of a-z, 0-9 and -'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'an http:// or https:// URL'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'grpc://c' }, 'an http:// or https:// URL'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    'http/protobuf, the one protocol servicex exports by (collector port 4318)',
  ],
  [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'one of always_on, always_off, '],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.1' }, 'a number 0–1'],
  [{ OTEL_BSP_SCHEDULE_DELAY: '0' }, 'an integer 1–600000'],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: 'many' }, 'an integer 1–1000000'],
  [{ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '-5' }, 'an integer 1–100000'],
  [{ SENTRY_DSN: 'on' }, 'an http:// or https:// URL'],
  [{ SENTRY_DSN: 'https://sentry.example/1' }, 'https://<key>@<host>/<project number>'],
  [{ SENTRY_DSN: 'https://key@sentry.example/' }, 'https://<key>@<host>/<project number>'],
]

test.for(MALFORMED)('%j is refused', ([env, expected]) => {
  const { details } = errorOf(env)
  expect(details).toHaveLength(1)
  expect(details[0]).toContain(Object.keys(env).at(-1))
  expect(details[0]).toContain(`— expected ${expected}`)
})

test('a process that service.ts does not declare is refused, with those it does', () => {
  const processes = { web: {}, worker: {} }
  expect(configOf({ SERVICEX_PROCESS: 'worker' }, { processes }).service.name).toBe(
    'billing-worker',
  )
  expect(errorOf({ SERVICEX_PROCESS: 'wroker' }, { processes }).message).toContain(
    'SERVICEX_PROCESS  is "wroker" — expected one of web, worker, as declared',
  )
})

describe('the value of a secret is never shown', () => {
  const SECRET = 'hunter2-hunter2'

  test.for([
    ['by its name', { SESSION_SECRET: SECRET }, z.object({ SESSION_SECRET: z.url() })],
    ['in a URL', { CACHE: `redis://u:${SECRET}@c` }, z.object({ CACHE: z.uuid() })],
    ['by its shape', { EXTRA: `Bearer ${SECRET}` }, z.object({ EXTRA: z.uuid() })],
    [
      'where the schema repeats it',
      { DB_PASSWORD: SECRET },
      z.object({ DB_PASSWORD: z.string().refine(() => false, `${SECRET} is too weak`) }),
    ],
    [
      'where one rule for all repeats it',
      { DB_PASSWORD: SECRET },
      z.looseObject({}).refine(() => false, `DB_PASSWORD=${SECRET} is too weak`),
    ],
    ['in resource attributes', { OTEL_RESOURCE_ATTRIBUTES: `token=${SECRET}%zz` }, undefined],
    ['in a DSN', { SENTRY_DSN: `https://${SECRET}@s.example/x` }, undefined],
  ] as const)('%s', ([, env, schema]) => {
    const { message, details } = errorOf(env, schema === undefined ? {} : { env: schema })
    expect(`${message} ${details.join(' ')}`).not.toContain(SECRET)
    expect(message).toContain(Object.keys(env)[0])
  })

  test('its length is, as an empty or cut one is a common mistake', () => {
    expect(errorOf({ API_KEY: 'abc' }, { env: z.object({ API_KEY: z.uuid() }) }).message).toContain(
      'API_KEY  is set (3 characters, not shown)',
    )
    expect(errorOf({ API_KEY: '' }, { env: z.object({ API_KEY: z.uuid() }) }).message).toContain(
      'API_KEY  is empty',
    )
  })
})

test('a long value is cut', () => {
  expect(errorOf({ PORT: 'x'.repeat(5000) }).message.length).toBeLessThan(400)
})

test.for([
  ['a rule for all variables together', z.object({}).refine(() => false, 'A or B'), 'A or B'],
  ['an asynchronous rule', z.object({}).refine(async () => true), 'async'],
  ['a transform that throws', z.object({}).transform(() => fail('boom')), 'boom'],
] as const)('%s is one problem among the others', ([, schema, expected]) => {
  const { details } = errorOf({ PORT: 'x' }, { env: schema })
  expect(details).toHaveLength(2)
  expect(details[1]).toMatch(new RegExp(`env schema.*${expected}`, 'i'))
})

test('an error of another copy of servicex is recognised', () => {
  const error = errorOf({ PORT: 'x' })
  expect(ServicexError.is(error)).toBe(true)
  expect(ServicexError.is(new Error('SERVICEX_CONFIG_INVALID'))).toBe(false)
  expect(ServicexError.is(undefined)).toBe(false)
})

function fail(message: string): never {
  throw new Error(message)
}
