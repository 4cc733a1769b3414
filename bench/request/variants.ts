import type { Sink } from '../sink/open-sink.ts'

/** What a variant claims to deliver for each request. */
export interface Claims {
  /** Spans to the collector, and the share of requests that is sampled. */
  readonly spans?: number
  /** Access lines on standard output. */
  readonly lines?: 1
  /** Observations on /metrics. */
  readonly samples?: 1
  /** An event of each error. */
  readonly errors?: 1
  /** Spans to Sentry. */
  readonly segments?: 1
  /** Traces to the Datadog agent. */
  readonly agentTraces?: 1
}

/** One way to equip the same server. */
export interface Variant {
  readonly title: string
  /** In variants/. */
  readonly program: string
  /** What a service installs for it. */
  readonly packages: readonly string[]
  readonly claims: Claims
  readonly toEnv: (sink: Sink) => Readonly<Record<string, string>>
}

const OTEL = ['@opentelemetry/sdk-node', '@opentelemetry/exporter-trace-otlp-proto']
const AUTO = '@opentelemetry/auto-instrumentations-node'

const toCollector = ({ url }: Sink): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  // No spans are to be lost in a closed loop, and the rest of a batch leaves before the round ends.
  OTEL_BSP_MAX_QUEUE_SIZE: '20000',
  OTEL_BSP_SCHEDULE_DELAY: '200',
})
const toSentry = ({ dsn }: Sink): Record<string, string> => ({ SENTRY_DSN: dsn })

/** Node and nothing else. Measured three times: what they differ by is what a figure is worth. */
export const BARE: readonly Variant[] = ['bare', 'bare, again', 'bare, once more'].map((title) => ({
  title,
  program: 'bare.mjs',
  packages: [],
  claims: {},
  toEnv: () => ({}),
}))

const ALL_ON = { spans: 1, lines: 1, samples: 1, errors: 1 } as const

/** servicex, by what is configured. */
export const SERVICEX: Readonly<Record<'nothing' | 'otlp' | 'onePercent' | 'full', Variant>> = {
  nothing: servicex('nothing configured', { lines: 1, samples: 1 }, () => ({})),
  otlp: servicex('OTLP', { spans: 1, lines: 1, samples: 1 }, toCollector),
  onePercent: servicex('OTLP 1 % + Sentry', { ...ALL_ON, spans: 0.01 }, (sink) => ({
    ...toCollector(sink),
    ...toSentry(sink),
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.01',
  })),
  full: servicex('OTLP + Sentry', ALL_ON, (sink) => ({ ...toCollector(sink), ...toSentry(sink) })),
}

/** The same signals, each from its own package. */
export const HAND_WIRED: Variant = {
  title: 'hand-wired: OTel auto + pino + prom-client + Sentry errors',
  program: 'hand-wired.cjs',
  packages: [...OTEL, AUTO, 'pino', 'prom-client', '@sentry/node'],
  claims: ALL_ON,
  toEnv: (sink) => ({ ...toCollector(sink), ...toSentry(sink) }),
}

export const DD_TRACE: Variant = {
  title: 'dd-trace, tracing',
  program: 'dd-trace.cjs',
  packages: ['dd-trace'],
  claims: { agentTraces: 1 },
  toEnv: ({ url }) => ({
    DD_TRACE_AGENT_URL: url,
    DD_TRACE_FLUSH_INTERVAL: '200',
    DD_TRACE_STARTUP_LOGS: 'false',
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  }),
}

export const PINO_HTTP: Variant = {
  title: 'pino-http + prom-client',
  program: 'pino-http.cjs',
  packages: ['pino-http', 'prom-client'],
  claims: { lines: 1, samples: 1 },
  toEnv: () => ({}),
}

/** What gives one signal or two; compared by what it costs, not by what it gives. */
export const PEERS: readonly Variant[] = [
  PINO_HTTP,
  otel('OTel minimal: sdk-node, http, undici', 'otel-minimal.cjs', [
    ...OTEL,
    '@opentelemetry/instrumentation-http',
    '@opentelemetry/instrumentation-undici',
  ]),
  otel('OTel auto-instrumentations, tracing', 'otel-auto.cjs', ['@opentelemetry/api', AUTO]),
  otel('Elastic distribution, tracing', 'elastic.cjs', ['@elastic/opentelemetry-node']),
  otel('Splunk distribution, tracing', 'splunk.cjs', ['@splunk/otel']),
  DD_TRACE,
  sentry('@sentry/node, errors only', { errors: 1 }, {}),
  sentry('@sentry/node, tracing', { errors: 1, segments: 1 }, { SENTRY_TRACES_SAMPLE_RATE: '1' }),
]

/** Every variant, the bare ones spread among the others. */
export const VARIANTS: readonly Variant[] = [
  BARE[0],
  ...Object.values(SERVICEX),
  BARE[1],
  ...PEERS,
  HAND_WIRED,
  BARE[2],
].filter((variant) => variant !== undefined)

/** Those that are compared on every route. */
export const COMPARED: readonly Variant[] = VARIANTS.filter((variant) =>
  [...BARE, SERVICEX.full, DD_TRACE, HAND_WIRED].includes(variant),
)

function servicex(what: string, claims: Claims, toEnv: Variant['toEnv']): Variant {
  const title = `servicex, ${what}`
  return { title, program: 'servicex.mjs', packages: ['servicex'], claims, toEnv }
}

function otel(title: string, program: string, packages: readonly string[]): Variant {
  return { title, program, packages, claims: { spans: 1 }, toEnv: toCollector }
}

function sentry(title: string, claims: Claims, env: Readonly<Record<string, string>>): Variant {
  const toEnv: Variant['toEnv'] = (sink) => ({ ...toSentry(sink), ...env })
  return { title, program: 'sentry.cjs', packages: ['@sentry/node'], claims, toEnv }
}
