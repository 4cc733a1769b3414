import type { LineRecord } from '../../src/logging/record.ts'

const EMPTY: LineRecord = {
  timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  level: 'info',
  message: 'billing is up',
  trace: undefined,
  requestId: undefined,
  error: undefined,
  http: undefined,
  job: undefined,
  fields: [],
  dropped: 0,
  problem: undefined,
}

const TRACE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  sampled: true,
}

const HTTP = {
  method: 'GET',
  route: '/invoices/:id',
  path: '/invoices/4711',
  status: 200,
  durationMs: 12.34567,
  aborted: false,
  userAgent: 'curl/8.5.0',
}

/** One line of every kind, for golden files. */
export const RECORDS: readonly LineRecord[] = [
  EMPTY,
  { ...EMPTY, level: 'debug', message: 'two fields', fields: [{ port: 8080, host: 'a b' }] },
  {
    ...EMPTY,
    message: 'GET /invoices/:id 200',
    trace: TRACE,
    requestId: 'req-1',
    http: HTTP,
    fields: [{ tenant: 'acme' }],
  },
  {
    ...EMPTY,
    message: 'GET unmatched 499 (client left)',
    trace: { ...TRACE, sampled: false },
    http: { ...HTTP, route: 'unmatched', status: 499, aborted: true, userAgent: undefined },
  },
  { ...EMPTY, level: 'error', message: 'GET /invoices/:id 500', trace: TRACE, error: toError() },
  { ...EMPTY, level: 'fatal', message: 'text', error: 'text' },
  {
    ...EMPTY,
    message: 'job nightly ok',
    job: { name: 'nightly', outcome: 'ok', durationMs: 1234.5 },
  },
  {
    ...EMPTY,
    level: 'warn',
    message: 'the caller\u2028says\n\u001b[31mmuch',
    fields: [
      { tenant: 'outer', severity: 'fatal', trace_id: 'f', message: 'spoofed', level: 60 },
      { tenant: 'inner', password: 'hunter2', nested: { token: 'hunter2', list: [1, undefined] } },
    ],
  },
  { ...EMPTY, level: 'warn', message: 'after a loss', dropped: 3, problem: 'boom', fields: [] },
]

function toError(): Error {
  const cause = withStack(Object.assign(new RangeError('no such row'), { code: 'ENOENT' }))
  const error = new TypeError('postgres://u:hunter2@db refused', { cause })
  return withStack(Object.assign(error, { code: 'E_DB', invoice: 4711, authToken: 'hunter2' }))
}

function withStack(error: Error): Error {
  error.stack = `${error.name}: ${error.message}\n    at find (file:///app/src/find.ts:1:2)`
  return error
}
