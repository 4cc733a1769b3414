import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { currentScope } from '../../src/context/scope.ts'
import { job } from '../../src/context/job.ts'
import { withSpan } from '../../src/context/with-span.ts'
import { record } from './recorded.ts'

describe('withSpan', () => {
  test('it gives what the work gives, and the span is over when the work is', async () => {
    const { spans } = record()
    expect(withSpan('add', () => 1 + 1)).toBe(2)
    expect(spans.map(({ name }) => name)).toEqual(['add'])
    const later = withSpan('wait', async () => setTimeout(5, 'late'))
    expect(spans).toHaveLength(1)
    expect(await later).toBe('late')
    expect(spans[1]?.name).toBe('wait')
    expect(spans[1]?.durationMs).toBeGreaterThanOrEqual(4)
  })

  test('an error is noted and goes on, thrown or rejected', async () => {
    const { spans, failures } = record()
    const error = new RangeError('too far')
    const fail = (): never => {
      throw error
    }
    expect(() => withSpan('throws', fail)).toThrow(error)
    await expect(withSpan('rejects', async () => fail())).rejects.toBe(error)
    for (const span of spans) expect(span).toMatchObject({ failure: error, status: { code: 2 } })
    expect(spans).toHaveLength(2)
    expect(failures).toEqual([])
  })

  test('spans nest as the work does, across awaits and side by side', async () => {
    const { spans, jobs } = record()
    await job('nest', async () => {
      await Promise.all(
        ['a', 'b'].map((name) =>
          withSpan(name, async () => {
            await setTimeout(1)
            await withSpan(`${name} inner`, () => setTimeout(1))
          }),
        ),
      )
    })
    const spanNamed = (name: string) => spans.find((span) => span.name === name)
    for (const name of ['a', 'b']) {
      expect(spanNamed(name)?.parentSpanId).toBe(jobs[0]?.spanId)
      expect(spanNamed(`${name} inner`)?.parentSpanId).toBe(spanNamed(name)?.spanId)
    }
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([jobs[0]?.traceId]))
  })

  test('outside of everything it begins a trace of its own, and leaves nothing behind', async () => {
    const { spans } = record()
    withSpan('one', () => undefined)
    await withSpan('two', () => setTimeout(1))
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, undefined])
    expect(spans[0]?.traceId).not.toBe(spans[1]?.traceId)
    expect(currentScope()).toBeUndefined()
  })

  test('what is written to the span while it runs is kept, and what comes later is not', () => {
    const { spans } = record()
    const span = withSpan('pack', (active) => {
      active.setAttribute('boxes', 2).addEvent('packed', { at: 'dock' })
      return active
    })
    span.setAttribute('boxes', 3).addEvent('late')
    expect(spans[0]?.attributes).toEqual({ boxes: 2 })
    expect(spans[0]?.events?.map(({ name }) => name)).toEqual(['packed'])
  })
})
