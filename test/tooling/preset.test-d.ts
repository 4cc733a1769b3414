import { definePreset } from 'servicex/preset'
import { expectTypeOf, test } from 'vitest'

test('a preset says what is the same for all services', () => {
  expectTypeOf(definePreset).parameter(0).toHaveProperty('registry')
  definePreset({
    environments: { production: { context: 'p' } },
    rules: { 'one-logger': 'warning' },
  })
  // @ts-expect-error -- exceptions are a repository's
  definePreset({ exceptions: [] })
  // @ts-expect-error -- no such severity
  definePreset({ rules: { 'one-logger': 'fatal' } })
})
