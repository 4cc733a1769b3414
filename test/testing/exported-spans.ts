import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
  createTraceState,
} from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { SimpleSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace'

/** The ids of the remote parent that the exported spans continue. */
export const PARENT = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
} as const

/** Sends one span with everything a span can have, and one root span with nothing, through the OTel SDK. */
export async function exportSpans(exporter: SpanExporter): Promise<void> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'billing', 'process.pid': 42 }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  })
  const tracer = provider.getTracer('invoices', '1.2.3')
  const traceState = createTraceState('vendor=1')
  const remote = { ...PARENT, traceFlags: TraceFlags.SAMPLED, isRemote: true, traceState }
  const full = tracer.startSpan(
    'GET /invoices/:id',
    {
      kind: SpanKind.SERVER,
      startTime: [1_700_000_000, 123_456_789],
      attributes: {
        'http.route': '/invoices/:id',
        'http.response.status_code': 500,
        unicode: '\ufeffžluťoučký 🐎',
        empty: '',
        negative: -7,
        largest: Number.MAX_SAFE_INTEGER,
        ratio: 0.1,
        yes: true,
        no: false,
        names: ['a', 'b'],
        counts: [1, 2, 3],
        __proto__own: 'kept',
      },
      links: [
        {
          context: { ...PARENT, spanId: '00f067aa0ba902b7', traceFlags: 1 },
          attributes: { why: 'batch' },
        },
      ],
    },
    trace.setSpanContext(ROOT_CONTEXT, remote),
  )
  full.addEvent('retry', { attempt: 2 }, [1_700_000_000, 200_000_000])
  full.setStatus({ code: SpanStatusCode.ERROR, message: 'ledger is down' })
  full.end([1_700_000_001, 5])
  tracer.startSpan('bare', { root: true }, ROOT_CONTEXT).end()
  await provider.forceFlush()
  await provider.shutdown()
}
