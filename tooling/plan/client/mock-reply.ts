import { CONTROL_EVENT, EVENT_STREAM_TYPE, PAGE } from '../../../src/convention/contract-wire.ts'
import { PROBLEM_TYPE } from '../../../src/convention/problem.ts'
import { operationsOf, type PlacedOperation } from '../../../src/convention/service-plan.ts'
import type { Snapshot } from '../../../src/convention/snapshot.ts'
import { toExample } from './example.ts'

/** What a mock is asked. */
export interface MockRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** The error that is asked for, `x-mock-error: not_found`. */
  readonly error: string | undefined
}

/** What a mock answers. */
export interface MockReply {
  readonly operation: string | undefined
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Gives the mock's answer to a request: an example of what the operation gives, or of the error that is asked for. */
export function toMockReply(snapshot: Snapshot, request: MockRequest): MockReply {
  const [path = '/', query = ''] = request.target.split('?', 2)
  if (path === '/openapi.json' && request.method === 'GET') return json(undefined, 200, snapshot)
  const matching = operationsOf(snapshot).filter(({ path: template }) => isMatch(template, path))
  const found = mostLiteral(matching.filter(({ method }) => method === request.method))
  if (found !== undefined) return toReply(snapshot, found, { error: request.error, query })
  if (matching.length === 0) return problem(undefined, 404, 'no_such_operation')
  const allow = [...new Set(matching.map(({ method }) => method))].join(', ')
  const refused = problem(undefined, 405, 'method_not_allowed')
  return { ...refused, headers: { ...refused.headers, allow } }
}

function toReply(
  snapshot: Snapshot,
  { operation }: PlacedOperation,
  { error, query }: { readonly error: string | undefined; readonly query: string },
): MockReply {
  const name = operation.operationId
  const facts = operation['x-servicex']
  if (error !== undefined) {
    const declared = Object.hasOwn(facts.errors, error) ? facts.errors[error] : undefined
    if (declared === undefined) return problem(name, 400, 'no_such_error')
    const data = declared.data === undefined ? {} : { data: toExample(declared.data, snapshot) }
    return problem(name, declared.status, error, data)
  }
  const { status } = facts
  const schema = operation.responses[String(status)]?.content?.['application/json']?.schema ?? {}
  switch (facts.reply) {
    case 'empty':
      return { operation: name, status, headers: {}, body: '' }
    case 'file':
      return {
        operation: name,
        status,
        headers: {
          'content-type':
            facts.replyTypes?.[0]?.replace('*', 'octet-stream') ?? 'application/octet-stream',
        },
        body: `a mock of ${name}\n`,
      }
    case 'events': {
      const data = JSON.stringify(toExample(facts.event ?? {}, snapshot))
      const body = `id: 1\ndata: ${data}\n\nevent: ${CONTROL_EVENT.end}\ndata: {}\n\n`
      return { operation: name, status, headers: { 'content-type': EVENT_STREAM_TYPE }, body }
    }
    case 'page':
      return json(name, status, toPage(toExample(schema, snapshot), query))
    case 'json':
      return json(name, status, toExample(schema, snapshot))
  }
}

/** Two pages, so that a caller's loop has something to do and an end. */
function toPage(example: unknown, query: string): unknown {
  const { [PAGE.nextCursor]: _, ...last } = example as Record<string, unknown>
  const isLast = new URLSearchParams(query).has(PAGE.cursor)
  return isLast ? last : { ...last, [PAGE.nextCursor]: 'last' }
}

function isMatch(template: string, path: string): boolean {
  const wanted = template.split('/')
  const given = path.split('/')
  return wanted.length === given.length && wanted.every((part, index) => isPart(part, given[index]))
}

function isPart(part: string, given = ''): boolean {
  if (!part.includes('{')) return part === given
  const literals = part.split(/\{[^}]+\}/)
  const pattern = literals
    .map((literal) => literal.replaceAll(/[^\w]/g, String.raw`\$&`))
    .join('.+')
  return new RegExp(`^${pattern}$`).test(given)
}

/** `/invoices/latest` goes before `/invoices/{id}`. */
function mostLiteral(found: readonly PlacedOperation[]): PlacedOperation | undefined {
  return found.toSorted((a, b) => countParameters(a) - countParameters(b))[0]
}

function countParameters({ path }: PlacedOperation): number {
  return path.split('{').length - 1
}

function json(operation: string | undefined, status: number, value: unknown): MockReply {
  return {
    operation,
    status,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify(value)}\n`,
  }
}

function problem(
  operation: string | undefined,
  status: number,
  code: string,
  more = {},
): MockReply {
  const body = { type: 'about:blank', title: code, status, code, ...more }
  return {
    operation,
    status,
    headers: { 'content-type': PROBLEM_TYPE },
    body: `${JSON.stringify(body)}\n`,
  }
}
