import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { DashboardOptions } from '../../../tooling/apply/dev/dashboard-context.ts'
import { openDashboard, type Dashboard } from '../../../tooling/apply/dev/dashboard-server.ts'
import { Store } from '../../../tooling/plan/dev/store.ts'

/** A dashboard of a test, on a free port. */
export interface TestDashboard extends Dashboard {
  readonly store: Store
  /** Asks the API with the token. */
  readonly ask: <Answer>(path: string) => Promise<Answer>
  /** Sends OTLP JSON. */
  readonly send: (path: string, body: unknown) => Promise<number>
}

/** Opens a dashboard without services; the test closes it. */
export async function openTestDashboard(
  options: Partial<DashboardOptions> = {},
): Promise<TestDashboard> {
  const store = new Store()
  const dashboard = await openDashboard({
    store,
    port: 0,
    session: () => ({ processes: [], version: 'test', nowMs: Date.now() }),
    act: () => false,
    serviceOf: (project) => (project === 1 ? 'billing' : undefined),
    ...options,
  })
  const { origin, token } = dashboard
  return {
    ...dashboard,
    store,
    async ask<Answer>(path: string) {
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(origin + path, { headers })
      return (await response.json()) as Answer
    },
    async send(path, body) {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await fetch(origin + path, init)).status
    },
  }
}

/** Writes bytes to a port and gives what comes back until the other side ends. */
export async function sendBytes(origin: string, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.setTimeout(3_000, () => socket.destroy())
  socket.write(bytes)
  return text(socket).catch(() => '')
}

/** OTLP JSON attributes. */
function toAttributes(fields: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(fields).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))
}

/** What a test says of one span. */
export interface SpanOfTest {
  readonly traceId?: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly service?: string
  readonly name?: string
  readonly kind?: number
  readonly startMs?: number
  readonly durationMs?: number
  readonly isError?: boolean
  readonly attributes?: Readonly<Record<string, string | number>>
  readonly events?: readonly object[]
}

/** A trace id of tests. */
export const TRACE = 'a'.repeat(31) + '1'

/** Gives an ExportTraceServiceRequest of OTLP JSON. */
export function toTraceRequest(spans: readonly SpanOfTest[]): object {
  return {
    resourceSpans: spans.map((span) => ({
      resource: { attributes: toAttributes({ 'service.name': span.service ?? 'billing' }) },
      scopeSpans: [{ scope: { name: 'test' }, spans: [toSpan(span)] }],
    })),
  }
}

function toSpan(span: SpanOfTest): object {
  const startMs = span.startMs ?? 1_700_000_000_000
  return {
    traceId: span.traceId ?? TRACE,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name ?? 'GET /x',
    kind: span.kind ?? 2,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + (span.durationMs ?? 10)}000000`,
    attributes: toAttributes(span.attributes ?? {}),
    events: span.events ?? [],
    status: span.isError === true ? { code: 2, message: 'it failed' } : {},
  }
}
