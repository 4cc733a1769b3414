/** One way to write the same line. */
export interface Logger {
  readonly title: string
  /** In loggers/, with its arguments. */
  readonly program: string
  readonly args?: readonly string[]
  readonly packages: readonly string[]
  /** What its lines are to have. */
  readonly hasTraceIds: boolean
  readonly isRedacted: boolean
}

const pino = { program: 'pino.cjs', packages: ['pino'] } as const
const plain = { hasTraceIds: false, isRedacted: false } as const
const whole = { hasTraceIds: true, isRedacted: true } as const

/** pino as it comes: what the others are compared with. */
export const PINO: Logger = { ...pino, ...plain, title: 'pino, as it comes', args: ['plain'] }

/** pino as it has to be for a killed process to have written what it logged, as servicex has. */
const PINO_AT_ONCE: Logger = {
  ...pino,
  ...plain,
  title: 'pino, each line at once',
  args: ['plain', 'at-once'],
}

/** With trace ids, deep redaction and safe serialising. */
export const SERVICEX_LOG: Logger = {
  ...whole,
  title: 'servicex',
  program: 'servicex.mjs',
  packages: ['servicex'],
}

export const LOGGERS: readonly Logger[] = [
  {
    ...plain,
    title: 'JSON.stringify and fs.writeSync',
    program: 'stringify.cjs',
    packages: [],
  },
  PINO,
  PINO_AT_ONCE,
  SERVICEX_LOG,
  { ...pino, ...plain, title: 'pino + trace ids', args: ['ids'], hasTraceIds: true },
  { ...pino, ...plain, title: 'pino + five wildcards', args: ['redacting'], isRedacted: true },
  { ...pino, ...whole, title: 'pino + both', args: ['both'] },
  { ...plain, title: 'winston', program: 'winston.cjs', packages: ['winston'] },
]
