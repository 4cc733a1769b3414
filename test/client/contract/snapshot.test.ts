import { createConfig, lintFromString } from '@redocly/openapi-core'
import { contract, op, toSnapshot, toSnapshotText } from 'servicex/contract'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { billing } from '../../fixtures/client/billing.ts'
import { trees } from '../../fixtures/client/tree.ts'
import { users } from '../../fixtures/client/users.ts'

test.for([['billing', billing] as const, ['trees', trees] as const, ['users', users] as const])(
  'the snapshot of %s is valid OpenAPI 3.1, and the one on record',
  async ([name, declared]) => {
    const source = toSnapshotText(toSnapshot(declared))
    const config = await createConfig({ extends: ['spec'] })
    const findings = await lintFromString({ source, absoluteRef: `${name}.json`, config })
    expect(findings.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([])
    await expect(source).toMatchFileSnapshot(`golden/${name}.json`)
  },
)

test('the validator finds what is wrong', async () => {
  const source = toSnapshotText(toSnapshot(users)).replace('"in": "path"', '"in": "nowhere"')
  const config = await createConfig({ extends: ['spec'] })
  expect(await lintFromString({ source, absoluteRef: 'a.json', config })).not.toEqual([])
})

test('the order in which things are declared changes no byte', () => {
  const Line = z.object({ b: z.int(), a: z.string() }).meta({ id: 'OrderedLine' })
  const get = op.get('/a', { query: z.object({ y: z.int(), x: z.int() }), ok: Line })
  const post = op.post('/a', {
    body: z.object({ d: Line, c: z.int() }),
    errors: { f: 409, e: 409 },
  })
  const first = contract('orders', { get, post })
  const swapped = op.post('/a', {
    body: z.object({ c: z.int(), d: Line }),
    errors: { e: 409, f: 409 },
  })
  const second = contract('orders', { post: swapped, get })
  expect(toSnapshotText(toSnapshot(second))).toBe(toSnapshotText(toSnapshot(first)))
})

test('an object that is closed where it is asked for is open in a reply', () => {
  const Closed = z.strictObject({ a: z.strictObject({ b: z.int() }) }).meta({ id: 'ClosedThing' })
  const declared = contract('orders', {
    swap: op.post('/a', { body: Closed, ok: Closed, errors: { no: [409, z.strictObject({})] } }),
  })
  const { schemas } = toSnapshot(declared).components
  expect(schemas['ClosedThingRequest']).toMatchObject({ additionalProperties: false })
  const { Problem: _, ClosedThingRequest: __, ...replies } = schemas
  expect(JSON.stringify(replies)).not.toContain('additionalProperties')
  expect(schemas['ClosedThing']).toBeDefined()
})

test('what is frozen in the provider is an object like any other in a snapshot', () => {
  const Frozen = z.object({ a: z.array(z.int()).readonly() }).readonly()
  const snapshot = toSnapshot(
    contract('orders', { swap: op.post('/a', { body: Frozen, ok: 204 }) }),
  )
  expect(toSnapshotText(snapshot)).not.toContain('readOnly')
})

test('a member with a default may be left out by a caller', () => {
  const { paths } = toSnapshot(billing)
  const limit = paths['/invoices']?.get?.parameters?.find(({ name }) => name === 'limit')
  expect(limit).toMatchObject({ required: false, schema: { default: 20 } })
})

test('the second version of a contract has paths of its own', () => {
  expect(Object.keys(toSnapshot(trees).paths)).toContain('/v2/trees/{name}')
  expect(toSnapshot(trees).info.version).toBe('2')
})

test('the snapshot says where the service is found', () => {
  expect(toSnapshot(users)['x-servicex'].service).toEqual({
    name: 'users',
    namespace: 'users',
    port: 8080,
    headless: true,
  })
})

test('two schemas with one id are refused', () => {
  const one = z.object({ a: z.int() }).meta({ id: 'Twice' })
  const other = z.object({ a: z.string() }).meta({ id: 'Twice' })
  const declared = contract('orders', {
    a: op.get('/a', { ok: one }),
    b: op.get('/b', { ok: other }),
  })
  expect(() => toSnapshot(declared)).toThrow(/two schemas of the contract have the id "Twice"/)
})
