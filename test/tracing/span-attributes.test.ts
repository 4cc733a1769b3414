import type { Attributes } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import {
  callAttributes,
  jobAttributes,
  queryAttributes,
  requestAttributes,
  spanAttributes,
} from '../../src/tracing/span-attributes.ts'
import { callFacts, jobFacts, queryFacts, requestFacts } from './facts.ts'

// The names, and when each is there, are those of OpenTelemetry's semantic conventions 1.44:
// HTTP server spans, HTTP client spans, database client spans.

test('a request has what the conventions require of an HTTP server span', () => {
  expect(present(requestAttributes(requestFacts({ query: 'a=1&token=hunter2' })))).toEqual({
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/invoices/7',
    'url.query': 'a=1&token=[redacted]',
    'http.route': '/invoices/:id',
    'http.response.status_code': 200,
    'server.address': 'billing',
    'server.port': 8080,
    'client.address': '10.0.0.7',
    'network.protocol.version': '1.1',
    'user_agent.original': 'curl/8.5.0',
    'servicex.request_id': 'r1',
  })
})

test.for([
  ['no route', { route: undefined }, 'http.route', undefined],
  [
    'a client that left before a status',
    { statusCode: 499, aborted: true },
    'http.response.status_code',
    undefined,
  ],
  ['a client that left', { aborted: true }, 'error.type', 'client_aborted'],
  ['a 404', { statusCode: 404 }, 'error.type', undefined],
  ['a 500', { statusCode: 500 }, 'error.type', '500'],
  ['a throw', { statusCode: 500, failure: new TypeError('x') }, 'error.type', 'TypeError'],
  [
    'a JWT in its path',
    { path: '/reset/eyJhbGciOi.eyJzdWIiOi.abc' },
    'url.path',
    '/reset/[redacted]',
  ],
  ['a host without a port', { host: 'billing' }, 'server.port', undefined],
  ['an IPv6 host', { host: '[::1]:8080' }, 'server.address', '[::1]'],
  ['an IPv6 host', { host: '[::1]:8080' }, 'server.port', 8080],
  ['no host', { host: undefined }, 'server.address', undefined],
  [
    'an id of its own',
    { requestId: '0af7651916cd43dd8448eb211c80319c' },
    'servicex.request_id',
    undefined,
  ],
  ['attributes of the app', { attributes: { tenant: 'acme' } }, 'tenant', 'acme'],
] as const)('a request with %s: %j', ([, more, name, value]) => {
  expect(requestAttributes(requestFacts(more))[name]).toBe(value)
})

test('a call has what the conventions require of an HTTP client span', () => {
  expect(present(callAttributes(callFacts()))).toEqual({
    'http.request.method': 'GET',
    'url.full': 'http://users:8080/users/7?token=[redacted]&a=1',
    'server.address': 'users',
    'server.port': 8080,
    'http.response.status_code': 200,
  })
})

test.for([
  ['a refusal', { statusCode: 404 }, 'error.type', '404'],
  ['no answer', { statusCode: undefined, failure: new TypeError('x') }, 'error.type', 'TypeError'],
  ['no answer', { statusCode: undefined }, 'http.response.status_code', undefined],
  ['no port', { url: url('https', undefined) }, 'server.port', 443],
  ['no port', { url: url('http', undefined) }, 'server.port', 80],
  ['no port', { url: url('https', undefined) }, 'url.full', 'https://users/a'],
] as const)('a call with %s: %j', ([, more, name, value]) => {
  expect(callAttributes(callFacts(more))[name]).toBe(value)
})

test('a query has what the conventions require of a database client span', () => {
  expect(present(queryAttributes(queryFacts()))).toEqual({
    'db.system.name': 'postgresql',
    'db.operation.name': 'SELECT',
    'db.namespace': 'shop',
    'db.query.text': 'SELECT * FROM invoice WHERE id = ?',
    'server.address': 'db',
    'server.port': 5432,
  })
})

test('a job and any other span say what they failed with', () => {
  const failure = Object.assign(new Error('x'), { code: 'E_DB' })
  expect(present(jobAttributes(jobFacts({ outcome: 'failed', failure })))).toEqual({
    'servicex.job.name': 'nightly',
    'servicex.job.outcome': 'failed',
    'error.type': 'E_DB',
  })
  expect(present(spanAttributes(jobFacts({ attributes: { a: 1 } })))).toEqual({ a: 1 })
})

function url(scheme: string, port: number | undefined): ReturnType<typeof callFacts>['url'] {
  return { scheme, host: 'users', port, pathAndQuery: '/a' }
}

/** What is left when the absent ones are passed over, as the encoder does. */
function present(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}
