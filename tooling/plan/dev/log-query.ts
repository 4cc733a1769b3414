import type { ListAnswer, LogItem } from './api.ts'
import { toLogItem, type StoredLog } from './log-store.ts'
import { toUnpacked } from './packed-text.ts'
import { SEVERITIES, type Severity } from './record.ts'
import type { Store } from './store.ts'
import { toPage, type PageQuery } from './trace-query.ts'

/** Which lines are asked for; what is absent does not matter. */
export interface LogQuery extends PageQuery {
  readonly service?: string
  /** This severity and above. */
  readonly severity?: Severity
  readonly traceId?: string
  readonly spanId?: string
  readonly text?: string
}

/** Gives the lines that fit, newest first. */
export function queryLogs(store: Store, query: LogQuery): ListAnswer<LogItem> {
  const least = query.severity === undefined ? 0 : SEVERITIES.indexOf(query.severity)
  const text = query.text?.toLowerCase() ?? ''
  return toPage(store.logs.newestFirst(), query, {
    isWanted: (log) => isWanted(log, query, least) && hasText(log, text),
    toItem: toLogItem,
  })
}

function isWanted(log: StoredLog, { service, traceId, spanId }: LogQuery, least: number): boolean {
  return (
    (service === undefined || log.service === service) &&
    (traceId === undefined || log.traceId === traceId) &&
    (spanId === undefined || log.spanId === spanId) &&
    SEVERITIES.indexOf(log.severity) >= least
  )
}

function hasText({ message, fields, traceId }: StoredLog, text: string): boolean {
  if (text === '') return true
  return (
    traceId === text ||
    message.toLowerCase().includes(text) ||
    toUnpacked(fields).toLowerCase().includes(text)
  )
}
