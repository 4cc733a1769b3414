/** The port a service listens on when `PORT` says nothing. */
export const APP_PORT = 8080

/** The port of health, readiness, metrics and info when `ADMIN_PORT` says nothing. Source: the OpenTelemetry Prometheus exporter's default. */
export const ADMIN_PORT = 9464

/** The paths of the admin port; probes, scrapers and the tool read them from here. */
export const ADMIN_PATHS = {
  live: '/livez',
  ready: '/readyz',
  metrics: '/metrics',
  info: '/info',
  logLevel: '/loglevel',
} as const

/** Paths on the app's own port that are never recorded as requests: probes and scrapes. */
export const UNRECORDED_PATHS: readonly string[] = [
  ADMIN_PATHS.live,
  ADMIN_PATHS.ready,
  '/healthz',
  ADMIN_PATHS.metrics,
]
