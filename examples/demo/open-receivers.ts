import {
  openCollector,
  openSentryIngest,
  type Collector,
  type SentryIngest,
} from 'servicex/testing'

/** What stands in for a trace collector and for Sentry, in this process, on free ports. */
export interface Receivers {
  readonly collector: Collector
  readonly sentry: SentryIngest
  /** The variables that make a service send there. */
  readonly env: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

/** Opens both receivers; the caller closes them. */
export async function openReceivers(): Promise<Receivers> {
  const [collector, sentry] = await Promise.all([openCollector(), openSentryIngest()])
  return {
    collector,
    sentry,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      SENTRY_DSN: sentry.dsn,
      // Spans are sent in batches every 5 s; whoever looks at a demo would wait for that.
      OTEL_BSP_SCHEDULE_DELAY: '200',
    },
    close: async () => {
      await Promise.all([collector.close(), sentry.close()])
    },
  }
}
