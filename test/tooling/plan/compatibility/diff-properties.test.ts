import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonSchema } from '../../../../src/convention/snapshot.ts'
import { diff } from '../../../../tooling/plan/compatibility/diff.ts'
import type { Finding } from '../../../../tooling/plan/compatibility/rule.ts'
import { makeSchema, makeValue, mutateSchema, seededRandom } from './random-schema.ts'
import { type SampleOperation, toSnapshot } from './sample-snapshot.ts'

const RUNS = 800
const VALUES = 12
const ajv = new Ajv2020({ strict: false, validateSchema: false })

test('what callers send and the new provider refuses is always found', () => {
  check((random) => {
    const old = makeSchema(random)
    const now = mutateSchema(random, mutateSchema(random, old))
    const findings = between({ body: old }, { body: now })
    const accepts = ajv.compile(now)
    const refused = samples(random, old).filter((value) => !accepts(value))
    if (refused.length > 0 && !findings.some(isTold)) throw failure(old, now, refused[0])
    return refused.length > 0
  })
})

test('what the new provider replies and callers refuse is always found', () => {
  check((random) => {
    const old = makeSchema(random)
    const now = mutateSchema(random, mutateSchema(random, old))
    const findings = between({ reply: old }, { reply: now })
    const accepts = ajv.compile(old)
    const refused = samples(random, now).filter((value) => !accepts(value))
    if (refused.length > 0 && !findings.some(isTold)) throw failure(old, now, refused[0])
    return refused.length > 0
  })
})

test('a breaking change of a body is one that refuses some value, up to the order of a union', () => {
  check((random) => {
    const old = makeSchema(random, 1)
    const now = mutateSchema(random, old)
    if (JSON.stringify([old, now]).includes('anyOf')) return false
    const isBroken = between({ body: old }, { body: now }).some(
      ({ severity }) => severity === 'breaking',
    )
    const accepts = ajv.compile(now)
    const refused = Array.from({ length: 300 }, () => makeValue(random, old)).some(
      (value) => !accepts(value),
    )
    if (isBroken && !refused) throw failure(old, now, 'no value')
    return isBroken
  })
})

test('a further optional field of a reply, or of a body, breaks nobody', () => {
  check((random) => {
    const old: JsonSchema = { type: 'object', properties: { kept: makeSchema(random) } }
    const now = { ...old, properties: { ...old.properties, further: makeSchema(random) } }
    const findings = between({ reply: old, body: old }, { reply: now, body: now })
    expect(findings.map(({ severity }) => severity)).toEqual(['info', 'info'])
    return true
  })
})

test('a further operation breaks nobody, and one that nobody uses may go', () => {
  check((random) => {
    const one = { reply: makeSchema(random) }
    const other = { id: 'other', path: '/other', reply: makeSchema(random) }
    const [small, large] = [
      toSnapshot({ operations: [one] }),
      toSnapshot({ operations: [one, other] }),
    ]
    expect(diff(small, large).map(({ rule }) => rule)).toEqual(['operation-added'])
    expect(diff(large, small, ['getThing'])).toEqual([])
    return true
  })
})

test('the same schema behind references, in an allOf and in another order is no change', () => {
  check((random) => {
    const schema = makeSchema(random)
    const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).toReversed())
    const same = schema.properties === undefined ? schema : { ...schema, properties }
    const before = toSnapshot({ operations: [{ reply: schema, body: schema }] })
    const after = toSnapshot({
      operations: [
        {
          reply: { $ref: '#/components/schemas/A' },
          body: { allOf: [{ $ref: '#/components/schemas/A' }] },
        },
      ],
      schemas: { A: { $ref: '#/components/schemas/B' }, B: same },
    })
    expect(diff(before, after)).toEqual([])
    return true
  })
})

/** Runs a property over seeds; at least a tenth of the runs must have had something to look at. */
function check(property: (random: () => number) => boolean): void {
  let looked = 0
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      if (property(seededRandom(seed))) looked += 1
    }),
    { numRuns: RUNS, seed: 7 },
  )
  expect(looked).toBeGreaterThan(RUNS / 10)
}

function between(before: SampleOperation, after: SampleOperation): readonly Finding[] {
  return diff(toSnapshot({ operations: [before] }), toSnapshot({ operations: [after] }))
}

function samples(random: () => number, schema: JsonSchema): readonly unknown[] {
  return Array.from({ length: VALUES }, () => makeValue(random, schema))
}

function isTold({ severity }: Finding): boolean {
  return severity !== 'info'
}

function failure(old: JsonSchema, now: JsonSchema, value: unknown): Error {
  return new Error(JSON.stringify({ old, now, value }))
}
