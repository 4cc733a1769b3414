import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineService, type ServiceDeclaration } from '../../src/config/declaration.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { sourceOf } from './config-of.ts'

test('a declaration is given back as it is, and cannot be changed', () => {
  const env = z.object({ PORT: z.coerce.number() })
  const declaration = defineService({ name: 'billing', env, processes: { web: {}, worker: {} } })
  expect(declaration).toEqual({ name: 'billing', env, processes: { web: {}, worker: {} } })
  expect(Object.isFrozen(declaration)).toBe(true)
})

test('every field that breaks a rule is named at once', () => {
  expect(() =>
    defineService({
      name: 'Billing Service',
      processes: { web: {}, 'bad name': {} },
      shutdown: { drainSeconds: -1, flushSeconds: Number.NaN },
    }),
  ).toThrow(
    [
      'SERVICEX_DECLARATION_INVALID  the declaration of service "Billing Service" has 4 problems',
      '  name is "Billing Service" — expected a-z, 0-9 and -, at most 63 characters, so that it can name a namespace',
      '  processes.bad name is "bad name" — expected a-z, 0-9 and -, at most 63 characters, so that it can name a namespace',
      '  shutdown.drainSeconds is -1 — expected seconds, 0 or more',
      '  shutdown.flushSeconds is NaN — expected seconds, 0 or more',
      '  fix: correct these fields in service.ts',
    ].join('\n'),
  )
})

test('a declaration that did not pass through defineService() is checked as well', () => {
  const literal: ServiceDeclaration = { name: 'no/name' }
  expect(() => readConfig(literal, sourceOf())).toThrow(
    expect.objectContaining({ code: 'SERVICEX_DECLARATION_INVALID' }),
  )
})

test('a name that is no text, as JavaScript allows, is refused', () => {
  const declaration = { name: 42 } as unknown as ServiceDeclaration
  const refuse = (): unknown => defineService(declaration)
  expect(refuse).toThrow(ServicexError)
  expect(refuse).toThrow('name is 42')
})

test('the environment is what the schema makes of the variables, and nothing else', () => {
  const declaration = defineService({
    env: z.object({
      PORT: z.coerce.number().default(8080),
      FLAGS: z.string().transform((text) => text.split(',')),
    }),
  })
  const { env } = readConfig(declaration, sourceOf({ FLAGS: 'a,b', OTHER: 'x' }))
  expect(env).toEqual({ PORT: 8080, FLAGS: ['a', 'b'] })
})

test('without a schema the environment is empty', () => {
  expect(readConfig({}, sourceOf({ ANY: 'x' })).env).toEqual({})
})

test('variables named as prototypes are reach no prototype', () => {
  const variables = JSON.parse('{"__proto__":"polluted","constructor":"x"}') as Record<
    string,
    string
  >
  const { env } = readConfig({ env: z.looseObject({}) }, sourceOf(variables))
  expect(Object.getPrototypeOf(env)).toBe(Object.prototype)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})
