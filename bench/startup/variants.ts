/** One way to start the same server. */
export interface Variant {
  readonly title: string
  /** The words after `node`. */
  readonly words: readonly string[]
  readonly sends: 'nothing' | 'traces' | 'traces and errors'
}

const SERVICEX = ['servicex.mjs']
const BY_HAND = ['--import', './by-hand-preload.mjs', 'by-hand.mjs']

/** What is compared. By hand: sdk-node, auto-instrumentations-node, pino, prom-client, @sentry/node. */
export const VARIANTS: readonly Variant[] = [
  { title: 'bare Node', words: ['bare.mjs'], sends: 'nothing' },
  { title: 'servicex, nothing configured', words: SERVICEX, sends: 'nothing' },
  { title: 'servicex, OTLP', words: SERVICEX, sends: 'traces' },
  { title: 'servicex, OTLP + Sentry', words: SERVICEX, sends: 'traces and errors' },
  { title: 'by hand, nothing configured', words: BY_HAND, sends: 'nothing' },
  { title: 'by hand, OTLP', words: BY_HAND, sends: 'traces' },
  { title: 'by hand, OTLP + Sentry', words: BY_HAND, sends: 'traces and errors' },
]
