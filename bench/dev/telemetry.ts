import { randomBytes } from 'node:crypto'

/** How many spans a made trace has. */
export const SPANS_PER_TRACE = 4

const SERVICES = ['gateway', 'billing', 'users', 'ledger', 'search', 'mailer']

/** Gives a request with traces of four spans in four services, as an HTTP service of Node sends them. */
export function toTraceBody(traces: number, nowMs: number): string {
  const spans = Array.from({ length: traces }, (_, index) => toTrace(index, nowMs)).flat()
  const byService = Object.groupBy(spans, ({ service }) => service)
  const resourceSpans = Object.entries(byService).map(([service, members]) => ({
    resource: { attributes: toAttributes({ 'service.name': service, 'service.version': '1.2.3' }) },
    scopeSpans: [{ scope: { name: 'bench' }, spans: members?.map(({ span }) => span) ?? [] }],
  }))
  return JSON.stringify({ resourceSpans })
}

/** Gives a request with lines. */
export function toLogBody(lines: number, nowMs: number): string {
  const logRecords = Array.from({ length: lines }, (_, index) => ({
    timeUnixNano: toNano(nowMs),
    severityNumber: index % 20 === 0 ? 17 : 9,
    traceId: toId(16),
    spanId: toId(8),
    body: { stringValue: `GET /invoices/${index} 200` },
    attributes: toAttributes({
      'request.id': toId(16),
      'http.route': '/invoices/:id',
      'http.status': 200,
      'duration.ms': index,
    }),
  }))
  const resource = { attributes: toAttributes({ 'service.name': 'billing' }) }
  return JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
}

/** Gives a request with one point for each of `series` gauges. */
export function toMetricBody(series: number, nowMs: number): string {
  const dataPoints = Array.from({ length: series }, (_, index) => ({
    timeUnixNano: toNano(nowMs),
    asDouble: Math.random(),
    attributes: toAttributes({ 'http.route': `/route/${index}`, 'http.method': 'GET' }),
  }))
  const resource = { attributes: toAttributes({ 'service.name': 'billing' }) }
  const metrics = [{ name: 'bench.gauge', unit: 's', gauge: { dataPoints } }]
  return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] })
}

function toTrace(index: number, nowMs: number): { service: string; span: object }[] {
  const [traceId, rootId] = [toId(16), toId(8)]
  const isBad = index % 20 === 0
  return Array.from({ length: SPANS_PER_TRACE }, (_, place) => ({
    service: SERVICES[place === 0 ? 0 : 1 + ((index + place) % 5)] ?? '',
    span: {
      traceId,
      spanId: place === 0 ? rootId : toId(8),
      parentSpanId: place === 0 ? '' : rootId,
      name: 'GET /invoices/:id',
      kind: 2,
      startTimeUnixNano: toNano(nowMs - 50 + place),
      endTimeUnixNano: toNano(nowMs - place),
      status: { code: isBad ? 2 : 0 },
      attributes: toAttributes({
        'http.request.method': 'GET',
        'http.route': '/invoices/:id',
        'url.path': `/invoices/${index}`,
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
        'server.port': 8080,
        'client.address': '127.0.0.1',
        'http.response.status_code': isBad ? 500 : 200,
        'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
      }),
    },
  }))
}

function toAttributes(fields: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(fields).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))
}

function toId(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}

function toNano(ms: number): string {
  return `${Math.round(ms)}000000`
}
