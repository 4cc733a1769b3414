import { isDeepStrictEqual } from 'node:util'
import { client, contract, op, toSnapshot } from 'servicex/contract'
import { describe, expect, test } from 'vitest'
import type { ReplyChecks } from '../../../src/client/call/reply-checks.ts'
import { CLIENT_PARTS, type ClientParts } from '../../../src/client/call/to-client.ts'
import { operationsOf } from '../../../src/convention/service-plan.ts'
import { compileValidators } from '../../../tooling/plan/client/compile-validators.ts'
import { toExample } from '../../../tooling/plan/client/example.ts'
import { WIRE_SCHEMAS } from '../../fixtures/client/wire-schemas.ts'
import { toRandom, toVariant } from './json-variants.ts'

/** Of each schema; `FUZZ_VALUES=2000` is the long form. */
const VALUES = Number(process.env['FUZZ_VALUES'] ?? 60)

/** Where the two are not of one mind, by schema; docs/clients.md lists them. */
const DIFFERENCES: Readonly<Record<string, ((value: unknown) => boolean) | undefined>> = {
  // Whether 9999999999.9 is a multiple of 0.1 is a matter of rounding.
  steps: (value) => Math.abs(Number(value)) > 1e9,
  fives: (value) => Math.abs(Number(value)) > 2 ** 52,
}

type Validator = (value: unknown) => boolean

const NAMES = Object.keys(WIRE_SCHEMAS)
const everything = contract(
  'everything',
  Object.fromEntries(
    NAMES.map((name) => [name, op.get(`/${name}`, { ok: WIRE_SCHEMAS[name] as never })]),
  ),
)
const snapshot = toSnapshot(everything)
const operations = operationsOf(snapshot).map(({ operation }) => operation)
const { declarations, table } = compileValidators(snapshot, operations)
// oxlint-disable-next-line typescript/no-implied-eval
const validators = new Function('isDeepStrictEqual', `${declarations}\nreturn ${table}`)(
  isDeepStrictEqual,
) as Readonly<Record<string, { readonly ok: Validator }>>

const { checks } = (client(everything) as unknown as { [CLIENT_PARTS]: ClientParts })[
  CLIENT_PARTS
] as { checks: (name: string) => ReplyChecks }

// zod, tolerant of members and texts that a later provider adds: what docs/clients.md lists.
describe('a generated validator and zod agree', () => {
  test('on at least 50 schemas', () => expect(NAMES.length).toBeGreaterThanOrEqual(50))

  test.for(NAMES)('%s', (name) => {
    const direct = checks(name).ok
    const generated = validators[name]?.ok
    const reply = operations.find((each) => each.operationId === name)?.responses['200']
    const example = toExample(reply?.content?.['application/json']?.schema ?? {}, snapshot)
    if (direct === undefined || generated === undefined) return expect.unreachable(name)
    const random = toRandom(name)
    const disagreements: unknown[] = []
    let taken = 0
    for (let count = 0; count < VALUES; count += 1) {
      const value = count === 0 ? example : toVariant(example, random)
      const byZod = direct(value) === undefined
      taken += Number(byZod)
      if (generated(value) !== byZod && DIFFERENCES[name]?.(value) !== true)
        disagreements.push({ value, zod: byZod })
    }
    expect(disagreements.slice(0, 3)).toEqual([])
    expect(taken).toBeGreaterThan(0)
  })
})
