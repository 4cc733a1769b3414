/** What one error code means and what to do about it; `docs/errors.md` is generated from these. */
export interface ErrorEntry {
  /** When it is thrown, in one sentence. */
  readonly meaning: string
  /** The one thing to do, imperative. */
  readonly fix: string
}

/** Every error code of both halves. A code is never renamed or given another meaning. */
export const ERRORS = {
  SERVICEX_CONFIG_INVALID: {
    meaning:
      'One or more settings of the service are missing or malformed; all of them are listed at once, at start.',
    fix: 'Set every listed variable where its source says, then start again.',
  },
  SERVICEX_DECLARATION_INVALID: {
    meaning: 'What defineService() was given breaks a rule of the convention.',
    fix: 'Correct the listed fields of service.ts.',
  },
  SERVICEX_INIT_TWICE: {
    meaning: 'init() was called a second time in one process; the first call is named.',
    fix: 'Call init() once, in the entrypoint, and import `log` and the rest where you need them.',
  },
  SERVICEX_METRIC_INVALID: {
    meaning:
      'A metric was declared with a name or labels that Prometheus does not accept, or twice in different shapes.',
    fix: 'Use [a-zA-Z_:][a-zA-Z0-9_:]* for the name, [a-zA-Z_][a-zA-Z0-9_]* for labels, and one declaration a name.',
  },
  SERVICEX_ADMIN_PORT_UNAVAILABLE: {
    meaning: 'The admin port (health, readiness, metrics) could not be opened.',
    fix: 'Free the port, or set ADMIN_PORT to another one.',
  },
  SERVICEX_USAGE: {
    meaning: 'A command line was not understood; nothing was done.',
    fix: 'Run the command with --help.',
  },
} as const

/** A stable identifier of one kind of failure, `SERVICEX_…`. */
export type ErrorCode = keyof typeof ERRORS
