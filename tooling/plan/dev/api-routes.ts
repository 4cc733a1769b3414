import { findErrorGroup, queryErrors } from './error-query.ts'
import { queryLogs } from './log-query.ts'
import { findMetric, queryMetrics } from './metric-query.ts'
import { SEVERITIES, type Severity } from './record.ts'
import { type SessionFacts, toState } from './state.ts'
import type { Store } from './store.ts'
import { queryTraces, type PageQuery } from './trace-query.ts'
import { toTraceAnswer } from './trace-view.ts'
import type { Target } from './guard.ts'

/** What the API answers. */
export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

interface Asked {
  readonly store: Store
  readonly session: SessionFacts
  /** What the path names, decoded. */
  readonly name: string
  readonly query: URLSearchParams
}

const DEFAULT_ITEMS = 100
const MAX_ITEMS = 1_000
const DEFAULT_METRIC_MINUTES = 15

const ROUTES: Readonly<Record<string, (asked: Asked) => unknown>> = {
  state: ({ store, session }) => toState(store, session),
  traces: ({ store, query }) => {
    const page = toPageQuery(query)
    const minMs = toNumber(query, 'min')
    return queryTraces(store, {
      ...page,
      ...toTexts(query, { service: 'service', q: 'text' }),
      ...(query.get('status') === 'error' ? { failed: true } : {}),
      ...(minMs === undefined ? {} : { minMs }),
    })
  },
  'traces/': ({ store, name }) => toTraceAnswer(store, name.toLowerCase()),
  logs: ({ store, query }) => {
    const severity = SEVERITIES.find((known) => known === query.get('severity'))
    return queryLogs(store, {
      ...toPageQuery(query),
      ...toTexts(query, { service: 'service', q: 'text', trace: 'traceId', span: 'spanId' }),
      ...(severity === undefined ? {} : { severity: severity satisfies Severity }),
    })
  },
  errors: ({ store, session, query }) => ({
    items: queryErrors(store, {
      nowMs: session.nowMs,
      ...toTexts(query, { service: 'service', q: 'text' }),
    }),
  }),
  'errors/': ({ store, session, name }) => findErrorGroup(store, name, session.nowMs),
  metrics: ({ store, session, query }) => ({
    items: queryMetrics(store, { nowMs: session.nowMs, ...toTexts(query, { service: 'service' }) }),
  }),
  'metrics/': ({ store, session, name, query }) => {
    const minutes = toNumber(query, 'minutes') ?? DEFAULT_METRIC_MINUTES
    return findMetric(store, {
      name,
      ...toTexts(query, { service: 'service' }),
      labels: toLabels(query),
      fromMs: session.nowMs - minutes * 60_000,
      nowMs: session.nowMs,
    })
  },
}

/** Answers `GET /api/…`; `undefined` when there is no such path. */
export function toApiAnswer(
  store: Store,
  session: SessionFacts,
  target: Target,
): ApiAnswer | undefined {
  const [, list, slash = '', encoded = ''] = /^\/api\/([a-z]+)(\/?)(.*)$/.exec(target.path) ?? []
  const route = ROUTES[`${list}${slash}`]
  if (route === undefined || !Object.hasOwn(ROUTES, `${list}${slash}`)) return undefined
  const name = decode(encoded)
  const body = name === undefined ? undefined : route({ store, session, name, query: target.query })
  return body === undefined
    ? { status: 404, body: { error: `nothing is known of ${list} "${name ?? encoded}"` } }
    : { status: 200, body }
}

function toPageQuery(query: URLSearchParams): PageQuery {
  const limit = Math.min(MAX_ITEMS, Math.max(1, toNumber(query, 'limit') ?? DEFAULT_ITEMS))
  const before = toNumber(query, 'before')
  return { limit, ...(before === undefined ? {} : { before }) }
}

function toTexts<Names extends Readonly<Record<string, string>>>(
  query: URLSearchParams,
  names: Names,
): { [Name in Names[keyof Names]]?: string } {
  const pairs = Object.entries(names).flatMap(([parameter, name]) => {
    const value = query.get(parameter)
    return value === null || value === '' ? [] : [[name, value.slice(0, 1_000)]]
  })
  return Object.fromEntries(pairs) as { [Name in Names[keyof Names]]?: string }
}

function toNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  const number = text === null || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** `label.http_route=/invoices/:id` */
function toLabels(query: URLSearchParams): Record<string, string> {
  const pairs = [...query].filter(([name]) => name.startsWith('label.'))
  return Object.fromEntries(pairs.map(([name, value]) => [name.slice('label.'.length), value]))
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
