import { describe, expect, test } from 'vitest'
import { findDisagreements, type Observation, spellFinding } from '../../src/testing/correlation.ts'
import type { ReceivedSpan } from '../../src/testing/index.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const CLIENT_ID = '00f067aa0ba902b7'
const SERVER_ID = 'b7ad6b7169203331'
const CALL_ID = 'c0ffee0000000001'
const NEXT_PORT = 18_081

/** A failed request that called the next service, with signals that agree. */
const AGREED: Observation = {
  name: 'failing GET /users/7',
  traceId: TRACE_ID,
  parentSpanId: CLIENT_ID,
  status: 500,
  expected: {
    status: [500, 599],
    route: '/users/:id',
    errorType: 'CardError',
    errorEvents: 1,
    callsNext: 1,
  },
  accessLines: [
    {
      trace_id: TRACE_ID,
      span_id: SERVER_ID,
      http: { method: 'GET', route: '/users/:id', status: 500 },
      error: { type: 'CardError', message: 'no card' },
    },
  ],
  exemplars: [
    {
      name: 'http_server_request_duration_seconds_bucket',
      labels: {
        http_request_method: 'GET',
        http_route: '/users/:id',
        http_response_status_code: '500',
        error_type: 'CardError',
      },
      value: 1,
      timestamp: undefined,
      exemplar: {
        labels: { trace_id: TRACE_ID, span_id: SERVER_ID },
        value: 0.1,
        timestampSeconds: 1,
      },
    },
  ],
  spans: [
    toSpan('server', SERVER_ID, CLIENT_ID, {
      'http.request.method': 'GET',
      'http.route': '/users/:id',
      'http.response.status_code': 500,
      'error.type': 'CardError',
    }),
    toSpan('client', CALL_ID, SERVER_ID, { 'server.port': NEXT_PORT }),
    toSpan('server', 'c0ffee0000000002', CALL_ID, {}),
  ],
  errorEvents: [toEvent(SERVER_ID, TRACE_ID)],
  strayEvents: [],
  nextPort: NEXT_PORT,
}

describe('findDisagreements', () => {
  test('signals that agree with each other and with what is expected are no finding', () => {
    expect(findDisagreements(AGREED)).toEqual([])
  })

  const [line, exemplar, server] = [AGREED.accessLines[0], AGREED.exemplars[0], AGREED.spans[0]]
  const [, call] = AGREED.spans
  test.for<readonly [string, Partial<Observation>]>([
    ['access line: their number is 0 — expected 1', { accessLines: [] }],
    ['access line: their number is 2 — expected 1', { accessLines: [line!, line!] }],
    ['span: their number is 0 — expected 1', { spans: [call!, AGREED.spans[2]!] }],
    ['span: their number is 2 — expected 1', { spans: [...AGREED.spans, server!] }],
    ['exemplar: their number is 0 — expected 1', { exemplars: [] }],
    [
      'error event: their number is 2 — expected 1',
      { errorEvents: Array(2).fill(AGREED.errorEvents[0]) as Observation['errorEvents'] },
    ],
    [
      'access line: span_id is "other" — expected',
      { accessLines: [{ ...line, span_id: 'other' }] },
    ],
    [
      'access line: http.route is "/users/7" — expected "/users/:id"',
      withHttp({ route: '/users/7' }),
    ],
    ['access line: http.status is 200 — expected 500', withHttp({ status: 200 })],
    ['access line: http.status is 200 — expected "500–599"', withHttp({ status: 200 })],
    ['reply: status is 500 — expected 502', withHttp({ status: 502 })],
    ['access line: http.method is "POST" — expected "GET"', withHttp({ method: 'POST' })],
    [
      'exemplar: http_route is "unmatched" — expected "/users/:id"',
      withLabel('http_route', 'unmatched'),
    ],
    [
      'exemplar: http_response_status_code is 200 — expected 500',
      withLabel('http_response_status_code', '200'),
    ],
    ['exemplar: error_type is "500" — expected "CardError"', withLabel('error_type', '500')],
    [
      'error event: span_id is "stranger" — expected',
      { errorEvents: [toEvent('stranger', TRACE_ID)] },
    ],
    [
      'error event: trace_id is "stray" — expected',
      { errorEvents: [], strayEvents: [toEvent(SERVER_ID, 'stray')] },
    ],
    [
      'error event: exception type is "CardError" — expected "Other"',
      { accessLines: [{ ...line, error: { type: 'Other', message: 'no card' } }] },
    ],
    ['next service: number of calls is 0 — expected 1', { spans: [server!] }],
    [
      `next service: number of its spans below GET ${CALL_ID} is 0 — expected 1`,
      { spans: [server!, call!] },
    ],
  ])('%s', ([finding, change]) => {
    const spelled = findDisagreements({ ...AGREED, ...change }).map(spellFinding)
    expect(spelled.join('\n')).toContain(`failing GET /users/7  ${finding}`)
  })

  test('an exemplar without its span is one finding, as there is nothing to compare it with', () => {
    const findings = findDisagreements({
      ...AGREED,
      exemplars: [{ ...exemplar!, exemplar: undefined }],
    })
    expect(findings.map(({ signal, field }) => [signal, field])).toEqual([['exemplar', 'span_id']])
  })

  test('a client that left has no status in the span, and 499 elsewhere', () => {
    const left = { ...server!, attributes: { 'http.request.method': 'GET' } }
    const findings = findDisagreements({
      ...AGREED,
      status: undefined,
      expected: { status: 499, errorEvents: 0 },
      accessLines: [{ ...line, http: { method: 'GET', route: 'unmatched', status: 499 } }],
      exemplars: [
        {
          ...exemplar!,
          labels: {
            http_request_method: 'GET',
            http_route: 'unmatched',
            http_response_status_code: '499',
          },
        },
      ],
      spans: [left],
      errorEvents: [],
    })
    expect(findings).toEqual([])
  })
})

function toSpan(
  kind: 'server' | 'client',
  spanId: string,
  parentSpanId: string,
  attributes: ReceivedSpan['attributes'],
): ReceivedSpan {
  return {
    traceId: TRACE_ID,
    spanId,
    parentSpanId,
    traceState: '',
    flags: 1,
    name: 'GET',
    kind,
    startTimeUnixNano: 1n,
    endTimeUnixNano: 2n,
    attributes,
    events: [],
    links: [],
    status: { code: 'unset', message: '' },
    resource: {},
    scope: { name: 'test', version: '' },
  }
}

function toEvent(spanId: string, traceId: string): Observation['errorEvents'][number] {
  return {
    contexts: { trace: { trace_id: traceId, span_id: spanId } },
    exception: { values: [{ type: 'CardError', value: 'no card' }] },
  }
}

function withHttp(change: object): Partial<Observation> {
  const [line] = AGREED.accessLines
  return { accessLines: [{ ...line, http: { ...(line?.['http'] as object), ...change } }] }
}

function withLabel(name: string, value: string): Partial<Observation> {
  const [exemplar] = AGREED.exemplars
  return { exemplars: [{ ...exemplar!, labels: { ...exemplar?.labels, [name]: value } }] }
}
