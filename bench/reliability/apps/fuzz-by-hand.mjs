import { writeSync } from 'node:fs'
import { context, propagation, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import * as Sentry from '@sentry/node'
import pino from 'pino'
import { Counter, Gauge, Histogram } from 'prom-client'
import { fuzz } from './hostile-values.mjs'

const log = pino()
const [count, level, size] = [Counter, Gauge, Histogram].map(
  (Metric, index) => new Metric({ name: `fuzz_${index}`, help: 'fuzz', labelNames: ['label'] }),
)
const done = () => Promise.resolve()
new NodeSDK({
  spanProcessors: [
    { onStart: () => undefined, onEnd: () => undefined, forceFlush: done, shutdown: done },
  ],
}).start()
const tracer = trace.getTracer('fuzz')
const targets = {
  'log.info(value)': (value) => log.info(value),
  'log.info(value, text)': (value) => log.info(value, 'text'),
  'log.info({ field: value })': (value) => log.info({ field: value }, 'text %s', value),
  'log.error(value)': (value) => log.error(value),
  'log.child(value)': (value) => log.child({ field: value }).warn('text'),
  'counter.inc(value)': (value) => count.inc(value),
  'counter.inc({ label: value })': (value) => count.inc({ label: value }, value),
  'gauge.set(value)': (value) => level.set(value),
  'histogram.observe(value)': (value) => size.observe({ label: value }, value),
  'captureError(value)': (value) => Sentry.captureException(value, { extra: { field: value } }),
  'withContext(value)': (value) => Sentry.withScope((scope) => scope.setExtras(value)),
  'span.setAttributes(value)': (value) =>
    tracer.startActiveSpan('fuzz', (span) =>
      span.setAttribute('a', value).setAttributes(value).end(),
    ),
  'span.addEvent(value)': (value) =>
    tracer.startActiveSpan('fuzz', (span) => span.addEvent('a', value).end()),
  'job({ from: value })': (value) =>
    propagation.extract(context.active(), { traceparent: value, baggage: value }),
}
writeSync(3, JSON.stringify(fuzz(targets, Number(process.argv[2]), Number(process.argv[3]))))
process.exit(0)
