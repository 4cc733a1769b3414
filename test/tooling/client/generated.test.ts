import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toSnapshot } from 'servicex/contract'
import { describe, expect, test } from 'vitest'
import { type ClientContract, planClient } from '../../../tooling/plan/client/plan-client.ts'
import { billing } from '../../fixtures/client/billing.ts'

const ORIGIN = { source: './billing.contract.json' }

describe('the files of a generated client', () => {
  const files = planClient({ snapshot: toSnapshot(billing), origin: ORIGIN })

  test.for(files)('$path is what it was when it was last looked at', async ({ path, text }) => {
    await expect(text).toMatchFileSnapshot(`../../fixtures/client/clients/${path}`)
  })

  test('equal snapshots give the same bytes, in whatever order they were declared', () => {
    const { paths, ...rest } = toSnapshot(billing)
    const turned = { ...rest, paths: Object.fromEntries(Object.entries(paths).toReversed()) }
    const again = planClient({ snapshot: turned, origin: ORIGIN })
    const code = (all: typeof files): string[] =>
      all.filter(({ path }) => !path.endsWith('.json')).map(({ text }) => text)
    expect(code(again)).toEqual(code(files))
  })
})

describe("the examples' clients", () => {
  const folder = join(import.meta.dirname, '../../../examples/users/clients')
  const contract = JSON.parse(
    readFileSync(join(folder, 'billing.contract.json'), 'utf8'),
  ) as ClientContract
  const { 'x-servicex-client': origin, ...snapshot } = contract

  test.for(planClient({ snapshot, origin }))(
    '$path is what it is generated to be',
    async ({ path, text }) => {
      await expect(text).toMatchFileSnapshot(join(folder, path))
    },
  )
})
