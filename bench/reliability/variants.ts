import { join } from 'node:path'

/** One way to have a service's logs, errors, metrics, traces, health and end. */
export interface Variant {
  readonly title: string
  /** The words after `node`. */
  readonly words: readonly string[]
  /** Counts on `/metrics` what becomes of its telemetry. */
  readonly counts: boolean
}

const APPS = join(import.meta.dirname, 'apps')

/** servicex, and the same signals wired by hand: sdk-node, auto-instrumentations-node, pino, prom-client, @sentry/node. */
export const VARIANTS: readonly Variant[] = [
  { title: 'servicex', words: [join(APPS, 'servicex.mjs')], counts: true },
  {
    title: 'by hand',
    words: ['--import', join(APPS, 'by-hand-preload.mjs'), join(APPS, 'by-hand.mjs')],
    counts: false,
  },
]
