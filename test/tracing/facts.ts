import type { CallFacts, JobFacts, QueryFacts, RequestFacts } from '../../src/context/facts.ts'

const OPERATION = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: undefined,
  sampled: true,
  traceState: undefined,
  name: 'GET /a',
  kind: 1,
  startTimeMs: 1_700_000_000_000,
  durationMs: 25,
  failure: undefined,
  status: undefined,
  attributes: undefined,
  events: undefined,
  links: undefined,
  scopeName: 'servicex',
} as const

/** A request that was answered 200 in 25 ms. */
export function requestFacts(more: Partial<RequestFacts> = {}): RequestFacts {
  return {
    ...OPERATION,
    requestId: 'r1',
    method: 'GET',
    route: '/invoices/:id',
    path: '/invoices/7',
    query: undefined,
    scheme: 'http',
    host: 'billing:8080',
    clientAddress: '10.0.0.7',
    userAgent: 'curl/8.5.0',
    protocolVersion: '1.1',
    statusCode: 200,
    aborted: false,
    failed: (more.statusCode ?? 200) >= 500,
    failureLogged: false,
    ownFields: undefined,
    ...more,
  }
}

/** A call that was answered 200 in 25 ms. */
export function callFacts(more: Partial<CallFacts> = {}): CallFacts {
  return {
    ...OPERATION,
    kind: 2,
    method: 'GET',
    url: { scheme: 'http', host: 'users', port: 8080, pathAndQuery: '/users/7?token=hunter2&a=1' },
    statusCode: 200,
    protocolVersion: undefined,
    ...more,
  }
}

/** A query that took 25 ms. */
export function queryFacts(more: Partial<QueryFacts> = {}): QueryFacts {
  return {
    ...OPERATION,
    kind: 2,
    system: 'postgresql',
    operation: 'SELECT',
    namespace: 'shop',
    host: 'db',
    port: 5432,
    text: 'SELECT * FROM invoice WHERE id = ?',
    ...more,
  }
}

/** A job that ended well in 25 ms. */
export function jobFacts(more: Partial<JobFacts> = {}): JobFacts {
  return {
    ...OPERATION,
    kind: 4,
    job: 'nightly',
    outcome: 'ok',
    failureLogged: false,
    requestId: 'r1',
    ownFields: undefined,
    ...more,
  }
}
