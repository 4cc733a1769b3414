import { contract, file, op, type OperationSpec, page, toSnapshot } from 'servicex/contract'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ServicexError } from '../../../src/convention/servicex-error.ts'

/** Gives what `contract()` says is wrong with one operation. */
function problemsOf(spec: OperationSpec, path = '/things'): readonly string[] {
  try {
    contract('billing', { act: op.post(path, spec) })
    return []
  } catch (error) {
    if (!ServicexError.is(error)) throw error
    expect(error.code).toBe('SERVICEX_CONTRACT_INVALID')
    return error.details
  }
}

const Nested = (inside: z.ZodType): z.ZodType => z.object({ a: z.array(z.object({ b: inside })) })

test.for([
  ['a Date', z.date(), 'z.date() is no JSON'],
  ['a bigint', z.bigint(), 'z.bigint() is no JSON'],
  ['a transform', z.string().transform(Number), 'z.transform() has no way back'],
  ['a preprocessing', z.preprocess(String, z.string()), 'z.transform() has no way back'],
  ['a Map', z.map(z.string(), z.string()), 'z.map() is no JSON'],
  ['a Set', z.set(z.string()), 'z.set() is no JSON'],
  ['a symbol', z.symbol(), 'z.symbol() is no JSON'],
  ['an instance', z.instanceof(URL), 'z.custom() is no JSON'],
  ['undefined', z.undefined(), 'z.undefined() is no JSON'],
  ['a promise', z.promise(z.string()), 'z.promise() is no JSON'],
  ['a literal bigint', z.literal(1n), 'the literal 1 is no JSON'],
  ['a coercion', z.coerce.number(), 'z.coerce takes anything'],
  [
    'a Date in an optional default',
    z.date().default(new Date(0)).nullable(),
    'z.date() is no JSON',
  ],
  ['a Date behind a lazy', z.lazy(() => z.date()), 'z.date() is no JSON'],
  ['a Date in a union', z.union([z.string(), z.date()]), 'z.date() is no JSON'],
] as const)('%s is refused with its path, wherever it stands', ([, schema, reason]) => {
  const nested = Nested(schema)
  const problems = problemsOf({
    body: nested,
    ok: page(nested),
    query: z.object({ cursor: z.string().optional() }),
    errors: { gone: [410, nested] },
  })
  expect(problems.map((line) => line.split(': ')[0])).toEqual([
    'act.body.a[].b',
    'act.ok.items[].a[].b',
    'act.errors.gone.a[].b',
  ])
  for (const line of problems) expect(line).toContain(reason)
  expect(problemsOf({ events: schema })[0]).toMatch(/^act\.events: /)
})

test.for([
  ['a codec', z.codec(z.iso.datetime(), z.date(), { decode: (s) => new Date(s), encode: String })],
  ['text that is a boolean', z.stringbool()],
  ['a union of objects', z.discriminatedUnion('k', [z.object({ k: z.literal('a') })])],
  ['a tuple', z.tuple([z.string()]).rest(z.int())],
  ['a record', z.record(z.string(), z.number())],
  ['any JSON', z.json()],
  ['a brand, frozen', z.object({ a: z.string().brand('x') }).readonly()],
  ['defaults', z.object({ a: z.string().default('x'), b: z.int().prefault(1) })],
  ['an intersection', z.intersection(z.object({ a: z.int() }), z.object({ b: z.int() }))],
  ['a literal', z.literal(['a', 1, null, true])],
  ['a template', z.templateLiteral(['v', z.int()])],
] as const)('%s exists on the wire', ([, schema]) => {
  expect(problemsOf({ body: schema, ok: schema })).toEqual([])
})

test('rules that a schema cannot say are listed in the snapshot', () => {
  const Body = z.object({
    name: z.string().trim().min(2),
    site: z.url(),
    word: z.string().regex(/^[a-z]+$/i),
    lines: z.array(z.int().refine((line) => line % 2 === 0)),
    mode: z.enum(['a', 'b']).catch('a'),
    plain: z.email().max(100),
  })
  const { paths } = toSnapshot(contract('billing', { act: op.post('/things', { body: Body }) }))
  const operation = paths['/things']?.post
  expect(operation?.['x-servicex'].unchecked).toEqual([
    { path: 'body.lines[]', rule: 'refine' },
    { path: 'body.mode', rule: 'catch' },
    { path: 'body.name', rule: 'rewrite' },
    { path: 'body.site', rule: 'refine' },
    { path: 'body.word', rule: 'refine' },
  ])
  const schema = operation?.requestBody?.content['application/json']?.schema
  expect(schema?.properties?.['word']).toEqual({ type: 'string' })
})

test.for([
  [
    'a path without its parameter',
    { params: z.object({}) },
    '/a/{id}',
    'act.params: {id} of the path has no member here',
  ],
  [
    'a parameter without its place',
    { params: z.object({ id: z.string() }) },
    '/a',
    'act.params.id: the path has no {id}',
  ],
  [
    'a parameter that is part of a segment',
    {},
    '/a/x-{id}',
    'act.path: "/a/x-{id}" is no path template',
  ],
  ['a path without its slash', {}, 'a', 'act.path: "a" is no path template'],
  [
    'an optional part of the path',
    { params: z.object({ id: z.string().optional() }) },
    '/a/{id}',
    'act.params.id: a part of the path is always there',
  ],
  [
    'an object in the query',
    { query: z.object({ a: z.object({}) }) },
    '/a',
    'act.query.a: cannot be written as text',
  ],
  [
    'null in the query',
    { query: z.object({ a: z.string().nullable() }) },
    '/a',
    'act.query.a: cannot be written as text',
  ],
  [
    'lists of lists',
    { query: z.object({ a: z.array(z.array(z.string())) }) },
    '/a',
    'act.query.a: cannot be written as text',
  ],
  [
    'a list in the path',
    { params: z.object({ id: z.array(z.string()) }) },
    '/a/{id}',
    'act.params.id: cannot be written as text',
  ],
  [
    'a header in upper case',
    { headers: z.object({ 'X-A': z.string() }) },
    '/a',
    'act.headers.X-A: is no header name in lower case',
  ],
  [
    'a header of HTTP',
    { headers: z.object({ 'content-length': z.string() }) },
    '/a',
    "act.headers.content-length: is not the contract's to declare",
  ],
  ['a reply that may be absent', { ok: z.string().optional() }, '/a', 'act.ok: is always there'],
  [
    'an event that may be absent',
    { events: z.int().optional() },
    '/a',
    'act.events: is always there',
  ],
  [
    'one name in two places',
    { params: z.object({ id: z.string() }), query: z.object({ id: z.string() }) },
    '/a/{id}',
    'act.query.id: has the name of params.id',
  ],
  [
    'a parameter beside the body that has its name',
    { query: z.object({ body: z.string() }), body: z.string() },
    '/a',
    'act.query.body: has the name of body',
  ],
  [
    'credentials',
    { headers: z.object({ authorization: z.string() }) },
    '/a',
    "act.headers.authorization: is not the contract's",
  ],
  ['a status that is no success', { ok: 302 }, '/a', 'act.ok: 302 is no status of a success'],
  ['a body with 204', { ok: [204, z.string()] }, '/a', 'act.ok: 204 has no body'],
  [
    'an error that is none',
    { errors: { moved: 301 } },
    '/a',
    'act.errors.moved: 301 is no status of an error',
  ],
  [
    'an error of the protocol',
    { errors: { invalid_request: 400 } },
    '/a',
    'act.errors.invalid_request: the code means something else already',
  ],
  [
    'an error of the clients',
    { errors: { cancelled: 409 } },
    '/a',
    'act.errors.cancelled: the code means something else already',
  ],
  [
    'a code with a space',
    { errors: { 'not found': 404 } },
    '/a',
    'act.errors.not found: is no code',
  ],
  ['a page without a cursor', { ok: page(z.string()) }, '/a', 'act.query: a page() needs cursor'],
  [
    'no length of time',
    { timeout: '5 minutes' as '5m' },
    '/a',
    'act.timeout: "5 minutes" is no length of time',
  ],
  ['no time at all', { timeout: 0 }, '/a', 'act.timeout: 0 is no length of time'],
  [
    'no size',
    { body: z.string(), maxBody: '1 mega' as '1MB' },
    '/a',
    'act.maxBody: "1 mega" is no size',
  ],
  [
    'a size beside a file',
    { body: file('a/b'), maxBody: '1MB' },
    '/a',
    'act.maxBody: give file() the size',
  ],
  ['no day', { deprecated: '2027-02-30' }, '/a', 'act.deprecated: "2027-02-30" is no day'],
  [
    'events beside a reply',
    { ok: z.string(), events: z.string() },
    '/a',
    'act.events: stands beside ok',
  ],
] as const)('%s is refused', ([, spec, path, expected]) => {
  const problems = problemsOf(spec, path)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(expected)
})

test('all problems of all operations are told at once', () => {
  const make = (): unknown =>
    contract(
      'Not A Name',
      {
        toJSON: op.get('/a/{x}', { params: z.object({ x: z.date() }) }),
        b: op.get('/b', { ok: z.bigint() }),
        c: op.get('/b', { ok: 204 }),
        d: op.put('/c/{id}', { params: z.object({ id: z.string() }) }),
        e: op.get('/c/{key}', { params: z.object({ key: z.string() }) }),
      },
      { version: 0 },
    )
  expect(make).toThrow(
    /^SERVICEX_CONTRACT_INVALID {2}the contract of "Not A Name" has 7 problems\n/,
  )
  expect(make).toThrow(/ {2}c\.path: GET \/b is taken by b\n/)
  expect(make).toThrow(
    / {2}e\.path: \/c\/\{key\} names its parameters otherwise than \/c\/\{id\}\n/,
  )
  expect(() => contract('billing', {})).toThrow(/operations: there is none/)
})
