import { assertType, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { defineService, type EnvOf, init, type Service } from '../../src/index.ts'

const service = defineService({
  name: 'billing',
  env: z.object({
    PORT: z.coerce.number().default(8080),
    REGION: z.enum(['eu', 'us']).optional(),
    FLAGS: z.string().transform((text) => text.split(',')),
  }),
})

interface Expected {
  PORT: number
  REGION?: 'eu' | 'us' | undefined
  FLAGS: string[]
}

test('init() types the environment by the schema of the declaration', () => {
  expectTypeOf(init(service)).toEqualTypeOf<Service<Expected>>()
  expectTypeOf<EnvOf<NonNullable<(typeof service)['env']>>>().toEqualTypeOf<Expected>()
  const { env } = init(service)
  expectTypeOf(env).toEqualTypeOf<Expected>()
  expectTypeOf(env.PORT).toBeNumber()
})

test('a variable that the schema does not have does not type-check', () => {
  const { env } = init(service)
  // @ts-expect-error -- not in the schema
  assertType<unknown>(env.HOST)
})

test('init() takes a literal, and nothing at all', () => {
  expectTypeOf(init({ env: z.object({ A: z.string() }) }).env).toEqualTypeOf<{ A: string }>()
  expectTypeOf(init().env).toEqualTypeOf<Readonly<Record<never, never>>>()
  expectTypeOf(init({ name: 'billing' }).env).toEqualTypeOf<Readonly<Record<never, never>>>()
})

test('a declaration is checked where it is written', () => {
  // @ts-expect-error -- a name is text
  defineService({ name: 42 })
  // @ts-expect-error -- a budget is seconds, as a number
  defineService({ shutdown: { drainSeconds: '10s' } })
  // @ts-expect-error -- no such budget
  defineService({ shutdown: { drainTimeout: 10 } })
  // @ts-expect-error -- a schema, not a list
  defineService({ env: ['PORT'] })
})
