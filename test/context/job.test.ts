import { describe, expect, test } from 'vitest'
import { job } from '../../src/context/job.ts'
import { outgoingHeaders } from '../../src/context/outbound/outbound-headers.ts'
import { currentScope } from '../../src/context/scope.ts'
import { withContext } from '../../src/context/with-context.ts'
import { fieldsOf } from '../../src/context/operation/input-operation.ts'
import { record } from './recorded.ts'

const PRODUCER = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'x-request-id': 'order-4711',
  baggage: 'tenant=acme',
}

describe('job', () => {
  test('it gives what the work gives, and is one record', async () => {
    const { jobs, failures } = record()
    expect(job('sync', () => 7)).toBe(7)
    expect(await job('async', async () => 8)).toBe(8)
    expect(jobs.map(({ job: name, outcome }) => [name, outcome])).toEqual([
      ['sync', 'ok'],
      ['async', 'ok'],
    ])
    expect(failures).toEqual([])
  })

  test('a failed one is recorded, reported once, and its error goes on', async () => {
    const { jobs, failures } = record()
    const error = new TypeError('no such invoice')
    const work = job('outer', () =>
      job('inner', async () => {
        throw error
      }),
    )
    await expect(work).rejects.toBe(error)
    expect(jobs.map(({ job: name, outcome }) => [name, outcome])).toEqual([
      ['inner', 'failed'],
      ['outer', 'failed'],
    ])
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({ error, severity: 'error', input: jobs[0] })
    expect(failures[0]?.trace?.spanId).toBe(jobs[0]?.spanId)
  })

  test('each run is a trace of its own, linked to its producer', () => {
    const { jobs } = record()
    job('consume', () => undefined, { from: PRODUCER })
    expect(jobs[0]).toMatchObject({
      parentSpanId: undefined,
      requestId: 'order-4711',
      links: [
        {
          context: {
            traceId: '0af7651916cd43dd8448eb211c80319c',
            spanId: 'b7ad6b7169203331',
            traceFlags: 1,
            isRemote: true,
          },
        },
      ],
    })
    expect(jobs[0]?.traceId).not.toBe('0af7651916cd43dd8448eb211c80319c')
  })

  test('headers may be bytes, and ones that are malformed are no producer', () => {
    const { jobs } = record()
    const bytes = Object.fromEntries(
      Object.entries(PRODUCER).map(([name, value]) => [name, Buffer.from(value)]),
    )
    job('bytes', () => undefined, { from: bytes })
    job('malformed', () => undefined, { from: { traceparent: 'x', 'x-request-id': 7 } })
    expect(jobs[0]).toMatchObject({ requestId: 'order-4711' })
    expect(jobs[0]?.links).toHaveLength(1)
    expect(jobs[1]?.links).toBeUndefined()
    expect(jobs[1]?.requestId).toBe(jobs[1]?.traceId)
  })

  test('what it starts next carries its trace, its request id and the producer’s baggage', () => {
    const { jobs } = record()
    expect(outgoingHeaders()).toEqual({})
    const headers = job('relay', outgoingHeaders, { from: PRODUCER })
    expect(headers).toEqual({
      traceparent: `00-${jobs[0]?.traceId}-${jobs[0]?.spanId}-01`,
      'x-request-id': 'order-4711',
      baggage: 'tenant=acme',
    })
  })
})

describe('withContext', () => {
  const fields = (): unknown => fieldsOf(currentScope())

  test('without work it adds to every later line of the job, wherever it is called', async () => {
    const { jobs } = record()
    await job('tenant', async () => {
      await (async () => {
        await Promise.resolve()
        withContext({ tenant: 'acme' })
      })()
      expect(fields()).toEqual({ tenant: 'acme' })
      withContext({ plan: 'free', tenant: 'globex' })
    })
    expect(jobs[0]?.ownFields).toEqual({ tenant: 'globex', plan: 'free' })
  })

  test('with work it adds to the lines of that work alone', async () => {
    record()
    await job('scoped', async () => {
      withContext({ tenant: 'acme' })
      const inner = withContext({ step: 1 }, async () => {
        await Promise.resolve()
        return fields()
      })
      expect(fields()).toEqual({ tenant: 'acme' })
      expect(await inner).toEqual({ tenant: 'acme', step: 1 })
      expect(withContext({ step: 2 }, () => withContext({ deep: true }, fields))).toEqual({
        tenant: 'acme',
        step: 2,
        deep: true,
      })
    })
  })

  test('outside of every job it adds to the work it is given, and else does nothing', () => {
    expect(withContext({ tenant: 'acme' }, fields)).toEqual({ tenant: 'acme' })
    withContext({ tenant: 'acme' })
    expect(fields()).toBeUndefined()
  })
})
