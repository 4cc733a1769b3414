import { ENV, toUrlVariable } from '../../../src/convention/env-names.ts'

/** What a service of the session is given. */
export interface ServicePlace {
  readonly name: string
  readonly port: number
  readonly adminPort: number
}

/** Where the session receives. */
export interface DashboardPlace {
  /** `http://127.0.0.1:4318` */
  readonly origin: string
}

/** What a service's environment is made of. */
export interface EnvParts {
  /** The variables of the person's own shell. */
  readonly inherited: Readonly<Record<string, string | undefined>>
  /** Those of the service's `.env` file, and of its settings. */
  readonly own: Readonly<Record<string, string>>
  readonly dashboard: DashboardPlace
  readonly service: ServicePlace
  /** Which process of its app it is, where the app declares several. */
  readonly process?: string
  /** Its number in the session, from 1: the project of its DSN. */
  readonly number: number
  /** All services of the session. */
  readonly services: readonly ServicePlace[]
}

/** Settings of the shell that would lead a service's signals elsewhere. */
const REMOVED: readonly string[] = [
  ENV.otlpTracesEndpoint,
  ENV.otlpTracesProtocol,
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  ENV.otelTracesExporter,
  ENV.otelSdkDisabled,
  ENV.otelTracesSamplerArg,
  ENV.otelResourceAttributes,
  ENV.process,
  // Of this process, and not of what it starts.
  'NODE_OPTIONS',
  'FORCE_COLOR',
  'SERVICEX_DEV_TOKEN',
]

/** The public part of every DSN; nothing is protected by it. */
const SENTRY_KEY = 'servicex'

/** Gives the variables of one service: what a person set, over that where its telemetry goes and where the others are. */
export function toServiceEnv(parts: EnvParts): Record<string, string> {
  const { dashboard, service, number } = parts
  const kept = { ...parts.own, ...withoutRemoved(parts.inherited) }
  return {
    ...kept,
    ...neighbours(parts, kept),
    HOST: kept['HOST'] ?? '127.0.0.1',
    NODE_ENV: kept['NODE_ENV'] ?? 'development',
    [ENV.port]: String(service.port),
    [ENV.adminPort]: String(service.adminPort),
    [ENV.otelServiceName]: service.name,
    ...(parts.process === undefined ? {} : { [ENV.process]: parts.process }),
    [ENV.otlpEndpoint]: dashboard.origin,
    [ENV.otlpProtocol]: 'http/protobuf',
    [ENV.otelTracesSampler]: 'parentbased_always_on',
    // Spans are sent in batches every 5 s, metrics every minute; whoever looks on would wait for that.
    [ENV.otelBspScheduleDelay]: '200',
    OTEL_BLRP_SCHEDULE_DELAY: '200',
    OTEL_METRIC_EXPORT_INTERVAL: '2000',
    [ENV.sentryDsn]: toDsn(dashboard, number),
    [ENV.sentryEnvironment]: 'development',
    [ENV.logFormat]: 'otel',
    [ENV.logLevel]: kept[ENV.logLevel] ?? 'debug',
  }
}

/** Gives the value of `SENTRY_DSN` for the service with this number. */
function toDsn({ origin }: DashboardPlace, number: number): string {
  return `${origin.replace('://', `://${SENTRY_KEY}@`)}/${number}`
}

function withoutRemoved(env: EnvParts['inherited']): Record<string, string> {
  const pairs = Object.entries(env).filter(
    ([name, value]) => value !== undefined && !REMOVED.includes(name) && !name.startsWith('npm_'),
  )
  return Object.fromEntries(pairs) as Record<string, string>
}

/** Where the others are: by the convention's name, and by the name many apps have chosen. */
function neighbours(
  { service, services }: EnvParts,
  kept: Readonly<Record<string, string>>,
): Record<string, string> {
  const pairs = services
    .filter(({ name }) => name !== service.name)
    .flatMap(({ name, port }) => {
      const url = `http://127.0.0.1:${port}`
      const variable = toUrlVariable(name)
      const plain = `${variable.replace('SERVICEX_URL_', '')}_URL`
      return [[variable, url], ...(kept[plain] === undefined ? [[plain, url]] : [])]
    })
  return Object.fromEntries(pairs) as Record<string, string>
}
