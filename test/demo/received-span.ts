import type { ReceivedSpan } from 'servicex/testing'

/** Gives a span as a collector would have received it; only its place in the tree and in time matter. */
export function toReceivedSpan(given: {
  readonly id: string
  readonly parent?: string
  readonly startMs: number
  readonly endMs: number
}): ReceivedSpan {
  return {
    traceId: 'trace',
    spanId: given.id,
    parentSpanId: given.parent,
    traceState: '',
    flags: 1,
    name: given.id,
    kind: 'internal',
    startTimeUnixNano: BigInt(given.startMs) * 1_000_000n,
    endTimeUnixNano: BigInt(given.endMs) * 1_000_000n,
    attributes: {},
    events: [],
    links: [],
    status: { code: 'unset', message: '' },
    resource: {},
    scope: { name: 'test', version: '' },
  }
}
