import { decodeTraceRequest } from '../../../src/wire/otlp-decode.ts'
import { toReceivedSpans } from '../../../src/wire/otlp-spans.ts'
import { parseEnvelope, parseJsonObject } from '../../../src/wire/sentry-envelope.ts'
import { toLogRecords } from './otlp-logs.ts'
import { toMetricPoints } from './otlp-metrics.ts'
import { decodeLogsRequest, decodeMetricsRequest } from './otlp-schemas.ts'
import { toSentryError, toSentryLogs } from './sentry-record.ts'
import { toSpanRecords } from './span-record.ts'
import type { Arrival } from './store.ts'

/** A place that takes telemetry. */
export type Intake =
  | { readonly kind: 'traces' | 'logs' | 'metrics' }
  | { readonly kind: 'envelope' | 'event'; readonly project: number }

/** One body that was sent to an intake, decompressed. */
export interface Delivery {
  readonly body: Uint8Array
  readonly isJson: boolean
  readonly receivedMs: number
  /** Which service was given the DSN, for what comes as by Sentry. */
  readonly service?: string
}

/** Gives which intake a path is, if it is one. Sources: OTLP/HTTP; Sentry's ingest paths. */
export function toIntake(path: string): Intake | undefined {
  const [, signal] = /^\/v1\/(traces|logs|metrics)\/?$/.exec(path) ?? []
  if (signal === 'traces' || signal === 'logs' || signal === 'metrics') return { kind: signal }
  const [, project, kind] = /^\/api\/(\d{1,9})\/(envelope|store)\/?$/.exec(path) ?? []
  if (project === undefined) return undefined
  return { kind: kind === 'envelope' ? 'envelope' : 'event', project: Number(project) }
}

/** Reads what was delivered. Throws on a body that is not what it says. */
export function toArrivals({ kind }: Intake, delivery: Delivery): Arrival[] {
  const { body, isJson, receivedMs, service } = delivery
  const origin = { service, receivedMs }
  switch (kind) {
    case 'traces':
      return toSpanRecords(
        toReceivedSpans(isJson ? parseJson(body) : decodeTraceRequest(body)),
      ).map((record) => ({ kind: 'span', record }))
    case 'logs':
      return toLogRecords(isJson ? parseJson(body) : decodeLogsRequest(body), receivedMs).map(
        (record) => ({ kind: 'log', record }),
      )
    case 'metrics':
      return toMetricPoints(isJson ? parseJson(body) : decodeMetricsRequest(body)).map(
        (record) => ({
          kind: 'point',
          record,
        }),
      )
    case 'event':
      return [{ kind: 'error', record: toSentryError(parseJsonObject(body), origin) }]
    case 'envelope':
      return parseEnvelope(body).items.flatMap(({ header, payload }): Arrival[] => {
        if (header.type === 'event')
          return [{ kind: 'error', record: toSentryError(parseJsonObject(payload), origin) }]
        if (header.type !== 'log') return []
        const records = toSentryLogs(parseJsonObject(payload), origin)
        return records.map((record) => ({ kind: 'log', record }))
      })
  }
}

function parseJson(body: Uint8Array): unknown {
  return JSON.parse(TEXT.decode(body))
}

const TEXT = new TextDecoder('utf-8', { fatal: true })
