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

const REFUSED: readonly (readonly [declaration: object, problem: string])[] = [
  [{ name: 'kube-system' }, 'name is "kube-system" — expected another'],
  [{ proceses: {} }, 'proceses is no field — expected one of name, env'],
  [{ processes: 'web' }, 'processes is "web" — expected an object'],
  [{ processes: { web: 'app.ts' } }, 'processes.web is "app.ts" — expected an object'],
  [{ processes: { web: { entrypoint: '../x.js' } } }, 'processes.web.entrypoint is "../x.js"'],
  [{ processes: { web: { entrypoint: '--eval=1' } } }, 'processes.web.entrypoint is "--eval=1"'],
  [{ processes: { web: { command: 'node x' } } }, 'processes.web.command is "node x"'],
  [{ processes: { web: { command: ['a'], entrypoint: 'b' } } }, 'has a command and an entrypoint'],
  [{ processes: { web: { port: 9464 } } }, 'processes.web.port is 9464 — expected another'],
  [{ processes: { web: { port: '80' } } }, 'processes.web.port is "80" — expected 1–65535'],
  [{ processes: { web: { replicas: -1 } } }, 'processes.web.replicas is -1 — expected 0–1000'],
  [{ processes: { web: { replicas: { min: 3, max: 2 } } } }, 'expected 1 ≤ min ≤ max'],
  [{ processes: { web: { schedule: '* * * *' } } }, 'processes.web.schedule is "* * * *"'],
  [{ processes: { web: { timeZone: 'Asia/Tokyo' } } }, 'timeZone has no schedule beside it'],
  [{ processes: { web: { memory: '1Gi' } } }, 'processes.web.memory is no field'],
  [{ processes: { web: { resources: { limits: { memory: '1 GB' } } } } }, 'is "1 GB" — expected'],
  [{ processes: { ['w'.repeat(53)]: {} } }, 'has 53 characters — expected at most 52'],
  [{ uses: 'users' }, 'uses is "users" — expected a list'],
  [{ uses: ['Users'] }, 'uses.0 is "Users" — expected the name of a service'],
  [{ uses: [{}] }, 'uses.0 is something else — expected the name of a service'],
  [{ callers: ['a b'] }, 'callers.0 is "a b"'],
  [{ egress: ['example.com'] }, 'egress has "example.com" — expected a CIDR block'],
  [
    { ingress: { hosts: ['https://x.y'] } },
    'ingress.hosts has "https://x.y" — expected a DNS name',
  ],
  [{ ingress: { hosts: { qa: ['x y'] } } }, 'ingress.hosts has "x y"'],
  [{ ingress: { paths: ['api'] } }, 'ingress.paths has "api"'],
  [{ release: { command: 'npm run migrate' } }, 'release.command is "npm run migrate"'],
  [{ release: { command: ['x'], timeoutSeconds: 0 } }, 'release.timeoutSeconds is 0'],
]

test.for(REFUSED)('%j is refused: %s', ([declaration, problem]) => {
  expect(() => defineService(declaration)).toThrow(problem)
})

test('everything a declaration may say is accepted', () => {
  const declaration: ServiceDeclaration = {
    name: 'billing',
    secrets: ['DATABASE_URL'],
    serves: { service: { name: 'billing' } },
    uses: ['users', { service: { name: 'ledger' } }],
    callers: ['shop'],
    egress: ['203.0.113.0/24', '2001:db8::/32'],
    processes: {
      web: { port: 3000, replicas: { min: 2, max: 10, cpuPercent: 60 } },
      worker: {
        entrypoint: 'dist/worker.js',
        replicas: 0,
        resources: { limits: { memory: '1Gi' } },
      },
      nightly: { command: ['node', 'x.js'], schedule: '0 4 * * 1-5', timeZone: 'Asia/Tokyo' },
    },
    ingress: { hosts: { production: ['billing.example.com'] }, paths: ['/api'] },
    release: { command: ['node', 'migrate.js'], timeoutSeconds: 60 },
    shutdown: { drainSeconds: 20 },
  }
  expect(defineService(declaration)).toEqual(declaration)
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
