import { writeSync } from 'node:fs'
import {
  captureError,
  counter,
  gauge,
  histogram,
  init,
  job,
  log,
  outgoingHeaders,
  withContext,
  withSpan,
} from 'servicex'
import { fuzz } from './hostile-values.mjs'

init()
const count = counter('fuzz_total', { help: 'fuzz', labels: ['label'] })
const level = gauge('fuzz_level', { help: 'fuzz', labels: ['label'] })
const size = histogram('fuzz_size', { help: 'fuzz', labels: ['label'] })
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
  'captureError(value)': (value) => captureError(value, { field: value }),
  'withContext(value)': (value) => job('fuzz', () => withContext(value)),
  'span.setAttributes(value)': (value) =>
    withSpan('fuzz', (span) => span.setAttribute('a', value).setAttributes(value)),
  'span.addEvent(value)': (value) => withSpan('fuzz', (span) => span.addEvent('a', value)),
  'job({ from: value })': (value) =>
    job('fuzz', () => outgoingHeaders(), { from: { traceparent: value, baggage: value } }),
}
writeSync(3, JSON.stringify(fuzz(targets, Number(process.argv[2]), Number(process.argv[3]))))
process.exit(0)
