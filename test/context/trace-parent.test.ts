import { describe, expect, test } from 'vitest'
import { formatTraceParent, parseTraceParent } from '../../src/context/propagation/trace-parent.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN_ID = 'b7ad6b7169203331'
const VALID = `00-${TRACE_ID}-${SPAN_ID}-01`

describe('traceparent', () => {
  test.for([
    [VALID, true],
    [`00-${TRACE_ID}-${SPAN_ID}-00`, false],
    [`00-${TRACE_ID}-${SPAN_ID}-03`, true],
    [`00-${TRACE_ID}-${SPAN_ID}-ff`, true],
    [`01-${TRACE_ID}-${SPAN_ID}-01`, true],
    [`cc-${TRACE_ID}-${SPAN_ID}-01-what-the-future-will-be-like`, true],
  ] as const)('%s is taken; sampled: %s', ([header, sampled]) => {
    expect(parseTraceParent(header, undefined)).toEqual({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      sampled,
      traceState: undefined,
    })
  })

  test.for([
    ['nothing', undefined],
    ['an empty one', ''],
    ['several values', [VALID]],
    ['two that were joined', `${VALID}, ${VALID}`],
    ['upper case', VALID.toUpperCase()],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['a span id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['the forbidden version', `ff-${TRACE_ID}-${SPAN_ID}-01`],
    ['version 00 with more to it', `${VALID}-more`],
    ['a later version with other lengths', `01-${TRACE_ID}-${SPAN_ID}-01.`],
    ['a short trace id', `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
    ['no hex', `00-${TRACE_ID.slice(1)}g-${SPAN_ID}-01`],
    ['blanks around it', ` ${VALID} `],
    ['a line end', `${VALID}\n`],
  ] as const)('%s is no parent', ([, header]) => {
    expect(parseTraceParent(header, 'vendor=1')).toBeUndefined()
  })

  test('what is formatted is parsed to the same', () => {
    for (const sampled of [true, false]) {
      const header = formatTraceParent(TRACE_ID, SPAN_ID, sampled)
      expect(parseTraceParent(header, undefined)).toMatchObject({
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        sampled,
      })
    }
  })
})

describe('tracestate', () => {
  test.for([
    ['as it came', 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7'],
    ['with blanks and empty members', 'a=1 , ,b=2'],
    ['at the limit', 'v='.padEnd(512, 'x')],
  ] as const)('it is passed on %s', ([, header]) => {
    expect(parseTraceParent(VALID, header)?.traceState).toBe(header)
  })

  test('several headers are one', () => {
    expect(parseTraceParent(VALID, ['a=1', 'b=2'])?.traceState).toBe('a=1,b=2')
  })

  test.for([
    ['too long', 'v='.padEnd(513, 'x')],
    ['of too many members', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',')],
    ['not printable', 'a=\u0001'],
    ['not ASCII', 'a=é'],
    ['empty', ''],
    ['no text', 7],
  ] as const)('one that is %s is left out, and the trace goes on', ([, header]) => {
    expect(parseTraceParent(VALID, header)).toMatchObject({
      traceId: TRACE_ID,
      traceState: undefined,
    })
  })
})
