import type { Breach, Rule } from './rule.ts'

/** Packages that write lines of their own. */
const LOGGERS: ReadonlySet<string> = new Set([
  '@tinyhttp/logger',
  'bole',
  'bunyan',
  'consola',
  'electron-log',
  'koa-logger',
  'log4js',
  'loglevel',
  'morgan',
  'npmlog',
  'pino',
  'pino-http',
  'roarr',
  'signale',
  'tracer',
  'tslog',
  'winston',
])

/** There is one log, and everything is in it. */
export const oneLogger: Rule = {
  id: 'one-logger',
  sentence: 'The app logs through servicex: no other logger, no console in src/.',
  reason:
    "Lines of another logger have no trace id and another shape: whoever looks for a request's lines does not find them.",
  fix: "use `log` of 'servicex'; it takes pino's arguments",
  severity: 'error',
  severityIn: { sandbox: 'warning' },
  maxExceptionDays: 90,
  check: ({ sources }) =>
    sources.flatMap(({ path, imports, prints }): readonly Breach[] => [
      ...imports
        .filter(({ name }) => LOGGERS.has(name))
        .map(({ name, line }) => ({ what: `imports ${name}`, path, line })),
      ...prints.map(({ name, line }) => ({ what: `calls ${name}`, path, line })),
    ]),
}
