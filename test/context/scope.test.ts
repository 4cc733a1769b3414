import { createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { describe, expect, test } from 'vitest'
import { JobOperation } from '../../src/context/operation/job-operation.ts'
import { outgoingBaggage } from '../../src/context/outbound/outbound-headers.ts'
import { toRootPlace } from '../../src/context/operation/place.ts'
import {
  CONTEXT_KEY,
  currentScope,
  isSuppressed,
  ROOT_SCOPE,
  storage,
  toScope,
  withoutRecording,
} from '../../src/context/scope.ts'

const KEY = createContextKey('of the test')
const FOREIGN_SPAN = trace.wrapSpanContext({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
})

function toJob(baggage?: string): JobOperation {
  return new JobOperation({ job: 'test', place: toRootPlace(), baggage })
}

describe('a scope is a context of OpenTelemetry’s API', () => {
  test('values are set in a copy, read back and taken out', () => {
    const changed = ROOT_SCOPE.setValue(KEY, 'a').setValue(KEY, 'b')
    expect(changed.getValue(KEY)).toBe('b')
    expect(ROOT_SCOPE.getValue(KEY)).toBeUndefined()
    expect(changed.deleteValue(KEY).getValue(KEY)).toBeUndefined()
    expect(changed.deleteValue(KEY).setValue(KEY, 'c').getValue(KEY)).toBe('c')
  })

  test('the API finds the running span in it, and puts another into it', () => {
    const job = toJob()
    expect(trace.getSpan(job)).toBe(job)
    const inner = trace.setSpan(job, FOREIGN_SPAN)
    expect(trace.getSpan(inner)).toBe(FOREIGN_SPAN)
    expect(toScope(inner).input).toBe(job)
    expect(trace.getSpan(trace.deleteSpan(inner))).toBeUndefined()
  })

  test('a span that is an input brings itself', () => {
    const [outer, inner] = [toJob(), toJob()]
    expect(outer.withSpan(inner).input).toBe(inner)
    expect(outer.withSpan(FOREIGN_SPAN).input).toBe(outer)
  })

  test('baggage of a caller goes out until the app replaces or deletes it', () => {
    const job = toJob('user=7')
    const entries = propagation.createBaggage({ 'a b': { value: 'ü' } })
    expect(outgoingBaggage(job)).toBe('user=7')
    expect(outgoingBaggage(toScope(propagation.setBaggage(job, entries)))).toBe('a%20b=%C3%BC')
    expect(outgoingBaggage(toScope(propagation.deleteBaggage(job)))).toBeUndefined()
    expect(propagation.getBaggage(propagation.deleteBaggage(job))).toBeUndefined()
  })
})

describe('a context of another maker', () => {
  test('it is taken into a scope with its span and its values', () => {
    const foreign = trace.setSpan(ROOT_CONTEXT, FOREIGN_SPAN).setValue(KEY, 'kept')
    const scope = toScope(foreign)
    expect(scope.span).toBe(FOREIGN_SPAN)
    expect(scope.input).toBeUndefined()
    expect(scope.getValue(KEY)).toBe('kept')
    expect(toScope(scope)).toBe(scope)
  })

  test('one that holds a record of ours leads back to the request or job', () => {
    const job = toJob()
    expect(toScope(trace.setSpan(ROOT_CONTEXT, job)).input).toBe(job)
  })

  test('one that suppresses tracing is telemetry’s own work', () => {
    expect(isSuppressed(toScope(ROOT_CONTEXT.setValue(CONTEXT_KEY.suppressed, true)))).toBe(true)
    expect(isSuppressed(toScope(ROOT_CONTEXT))).toBe(false)
    expect(isSuppressed(undefined)).toBe(false)
  })
})

test('telemetry’s own work is cut off from the request that caused it, also after awaits', async () => {
  const job = toJob()
  await storage.run(job, async () => {
    await withoutRecording(async () => {
      expect(isSuppressed(currentScope())).toBe(true)
      await Promise.resolve()
      expect(isSuppressed(currentScope())).toBe(true)
      expect(currentScope()?.input).toBeUndefined()
    })
    expect(currentScope()).toBe(job)
  })
  expect(currentScope()).toBeUndefined()
})
