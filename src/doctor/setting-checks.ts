import type { Config } from '../config/config.ts'
import type { Environment } from '../config/env-reader.ts'
import { type ConfigSource, readConfig } from '../config/read-config.ts'
import type { Check } from '../convention/doctor.ts'
import { ENV } from '../convention/env-names.ts'
import { ServicexError } from '../convention/servicex-error.ts'
import type { FoundDeclaration } from './read-declaration.ts'

/** The settings as the service would read them here, and what is to be said of each. */
export interface CheckedSettings {
  /** `undefined` when they are wrong: the service would not start. */
  readonly config: Config | undefined
  readonly checks: readonly Check[]
}

/** Reads the settings as `init()` does, and says of each what it is and where it came from. */
export function checkSettings(found: FoundDeclaration, source: ConfigSource): CheckedSettings {
  const declared = checkDeclaration(found)
  try {
    const { config } = readConfig(found.declaration, source)
    return {
      config,
      checks: [...declared, ...toRows(config, found).map((row) => toCheck(row, source.env))],
    }
  } catch (error) {
    if (!ServicexError.is(error)) throw error
    return { config: undefined, checks: [...declared, ...error.details.map(toFailure)] }
  }
}

function checkDeclaration({ file, problem }: FoundDeclaration): Check[] {
  const about = { category: 'settings', name: file ?? 'service.ts' } as const
  if (file === undefined)
    return [{ ...about, status: 'pass', message: 'none: the name is from package.json' }]
  if (problem === undefined) return [{ ...about, status: 'pass', message: 'is the declaration' }]
  return [
    {
      ...about,
      status: 'warn',
      message: problem,
      fix: 'export what defineService() gives as default, and import nothing there that starts work',
    },
  ]
}

/** One setting: what it is called, its value, the variables it is read from in order, and where it is from when none is set. */
interface Row {
  readonly name: string
  readonly value: unknown
  readonly variables?: readonly string[]
  readonly otherwise?: string
}

function toRows(config: Config, { declaration, file = 'service.ts' }: FoundDeclaration): Row[] {
  const { service, tracing, shutdown } = config
  const budget = declaration.shutdown ?? {}
  const declared = (value: unknown): string => (value === undefined ? 'default' : file)
  return [
    {
      name: ENV.otelServiceName,
      value: service.name,
      otherwise: declaration.name === undefined ? 'package.json' : file,
    },
    { name: ENV.process, value: service.process },
    {
      name: ENV.revision,
      value: service.revision,
      variables: [ENV.revision, ENV.sentryRelease],
      otherwise: 'package.json',
    },
    {
      name: 'environment',
      value: service.environment,
      variables: [ENV.otelResourceAttributes, ENV.sentryEnvironment, ENV.nodeEnv],
    },
    { name: ENV.port, value: config.ports.app },
    { name: ENV.adminPort, value: config.ports.admin },
    { name: ENV.logLevel, value: config.logging.level },
    { name: ENV.logFormat, value: config.logging.format },
    {
      name: ENV.otlpEndpoint,
      value: tracing.endpoint ?? 'not set',
      variables: [ENV.otlpTracesEndpoint, ENV.otlpEndpoint],
    },
    { name: ENV.otelTracesSampler, value: `ratio ${tracing.sampler.ratio}` },
    { name: ENV.sentryDsn, value: config.errors.dsn === undefined ? 'not set' : 'set' },
    {
      name: ENV.propagationDelay,
      value: `${shutdown.propagationMs} ms`,
      otherwise: declared(budget.propagationSeconds),
    },
    {
      name: ENV.drainTimeout,
      value: `${shutdown.drainMs} ms`,
      otherwise: declared(budget.drainSeconds),
    },
    {
      name: ENV.shutdownTimeout,
      value: `${shutdown.flushMs} ms`,
      otherwise: declared(budget.flushSeconds),
    },
    { name: ENV.maxSeries, value: config.metrics.maxSeries },
  ]
}

function toCheck(
  { name, value, variables = [name], otherwise = 'default' }: Row,
  env: Environment,
): Check {
  const set = variables.find((variable) => (env[variable] ?? '').trim() !== '')
  const message = `${withoutUser(String(value))} (${set ?? otherwise})`
  return { category: 'settings', name, status: 'pass', message }
}

function withoutUser(value: string): string {
  return value.replace(/:\/\/[^/@]*@/, '://')
}

/** A problem's line begins with the name of its variable. */
function toFailure(detail: string): Check {
  const [, name = '', message = ''] = /^(\S+)\s+(.*)$/.exec(detail) ?? []
  return {
    category: 'settings',
    name,
    status: 'fail',
    message,
    fix: `set ${name}; the service does not start without`,
  }
}
