import type { Agent } from 'node:http'
import type { EncodedSpans, SpanEncoder } from './span-encoder.ts'

/** Delivers spans to one collector. */
export interface SpanExporter {
  /** Rejects when the collector did not take the spans. */
  readonly deliver: (spans: readonly EncodedSpans[]) => Promise<void>
}

/** The media type of what the encoder writes. */
export const SPANS_MEDIA_TYPE = 'application/x-protobuf'

/** What an answer may take beyond the time limit of the exporter, which a byte now and then starts anew. */
const GRACE_MS = 1000

/** OpenTelemetry's own delivery: its settings, compression, retries and time limits; only the encoding is ours. */
export async function loadExporter(url: string, encoder: SpanEncoder): Promise<SpanExporter> {
  const { convertLegacyHttpOptions, createOtlpHttpExportDelegate } =
    await import('@opentelemetry/otlp-exporter-base/node-http')
  const options = convertLegacyHttpOptions({ url }, 'TRACES', 'v1/traces', {
    'Content-Type': SPANS_MEDIA_TYPE,
  })
  let agent: Agent | undefined
  const delegate = createOtlpHttpExportDelegate(
    {
      ...options,
      agentFactory: async (protocol) => (agent = await options.agentFactory(protocol)),
    },
    {
      serializeRequest: (spans: readonly EncodedSpans[]) => encoder.toRequest(spans),
      deserializeResponse: () => ({}),
    },
    'otlp_http_span_exporter',
    COUNT,
    undefined,
  )
  return {
    deliver: (spans) =>
      new Promise((resolve, reject) => {
        const limitMs = options.timeoutMillis + GRACE_MS
        const timer = setTimeout(() => {
          reject(new Error(`the collector's answer did not end within ${limitMs} ms`))
          agent?.destroy()
        }, limitMs)
        delegate.export(spans, ({ code, error }) => {
          clearTimeout(timer)
          if (code === 0) resolve()
          else reject(error ?? new Error('the collector did not take the spans'))
        })
      }),
  }
}

/** The delegate counts what it delivers for a meter that is not there. */
const COUNT = {
  name: 'span',
  countItems: (spans: readonly EncodedSpans[]) => spans.length,
} as const
