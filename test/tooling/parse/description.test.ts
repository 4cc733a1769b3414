import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { readDescription } from '../../../tooling/parse/description.ts'

const DECLARATION = pathToFileURL(
  join(import.meta.dirname, '../../../src/config/declaration.ts'),
).href
const CONTRACT = pathToFileURL(
  join(import.meta.dirname, '../../../src/client/contract/index.ts'),
).href
const ZOD = pathToFileURL(join(import.meta.dirname, '../../../node_modules/zod/index.js')).href

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'servicex-describe-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function read(source: string, timeoutMs?: number): ReturnType<typeof readDescription> {
  const root = await mkdtemp(join(folder, 'app-'))
  await writeFile(join(root, 'service.ts'), source)
  return readDescription(root, {
    packageName: 'from-package',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
}

async function refusal(source: string, timeoutMs?: number): Promise<string> {
  const error = await read(source, timeoutMs).then(
    () => 'it was read',
    (thrown: unknown) => thrown,
  )
  return ServicexError.is(error) ? error.message : String(error)
}

test('a declaration is read with every default filled in', async () => {
  const description = await read(`
    import { defineService } from '${DECLARATION}'
    import { z } from '${ZOD}'
    export default defineService({
      name: 'billing',
      env: z.object({
        PORT: z.coerce.number().int().default(8080),
        USERS_URL: z.url(),
        API_TOKEN: z.string().default('hunter2'),
        PARTNER: z.string().meta({ secret: true }).optional(),
        LEVEL: z.coerce.number(),
        PLAN: z.enum(['a', 'b']),
      }),
      secrets: ['PLAN'],
      uses: ['users'],
      ingress: true,
      processes: {
        web: {},
        worker: { entrypoint: './src/worker.ts', resources: { requests: { memory: '1Gi' } } },
        nightly: { command: ['node', 'nightly.js'], schedule: '0 4 * * *' },
      },
      release: { command: ['node', 'migrate.js'] },
    })`)
  await expect(JSON.stringify(description, undefined, 2)).toMatchFileSnapshot(
    'golden/description.json',
  )
})

test('an app without service.ts has the defaults, and the name of its package', async () => {
  const root = await mkdtemp(join(folder, 'app-'))
  const description = await readDescription(root, { packageName: 'from-package' })
  expect(description).toMatchObject({
    name: 'from-package',
    processes: { web: { kind: 'deployment', port: 8080, replicas: { min: 2, max: 2 } } },
    env: {},
    uses: [],
  })
})

test('the snapshot of a contract is a part of the description', async () => {
  const { contract } = await read(`
    import { contract, op } from '${CONTRACT}'
    import { z } from '${ZOD}'
    const billing = contract('billing', { getInvoice: op.get('/invoices/{id}', { params: z.object({ id: z.string() }), ok: z.object({}) }) })
    export default { name: 'billing', serves: billing, uses: [billing] }`)
  expect(contract).toMatchObject({ openapi: '3.1.0', paths: { '/invoices/{id}': {} } })
})

test('names that are too long together are refused', async () => {
  const text = await refusal(
    `export default { name: '${'a'.repeat(40)}', processes: { '${'b'.repeat(40)}': {} } }`,
  )
  expect(text).toContain('has 81 characters — expected at most 63')
})

test('what service.ts prints is no part of the description', async () => {
  const description = await read(`console.log('{"kind":"threw"}'); export default { name: 'loud' }`)
  expect(description.name).toBe('loud')
})

test('timers and promises that service.ts leaves behind do not hold it up', async () => {
  const { name } = await read(`setInterval(() => {}, 1000); export default { name: 'busy' }`, 8000)
  expect(name).toBe('busy')
})

test('the environment of kube, with its secrets, is not seen by service.ts', async () => {
  process.env['AWS_SECRET_ACCESS_KEY'] = 'sentinel'
  const seen = `Object.keys(process.env).filter((name) => !name.startsWith('SERVICEX')).join(' ').length`
  const { name } = await read(`export default { name: 'seen-' + ${seen} }`)
  delete process.env['AWS_SECRET_ACCESS_KEY']
  expect(name).toBe('seen-0')
})

const EFFECTS: readonly (readonly [what: string, source: string, message: string])[] = [
  ['fetch', `await fetch('http://127.0.0.1:9999')`, 'fetch failed: it '],
  ['a connection', `import net from 'node:net'; net.connect(9)`, 'it opens a connection'],
  [
    'a named import of connect',
    `import { connect } from 'node:net'; connect(9)`,
    'it opens a connection',
  ],
  ['TLS', `import tls from 'node:tls'; tls.connect(9)`, 'it opens a connection'],
  [
    'HTTP',
    `import http from 'node:http'; http.get('http://127.0.0.1:9999').on('error', (e) => { throw e })`,
    'it opens a connection',
  ],
  [
    'a listener',
    `import http from 'node:http'; http.createServer().listen(0)`,
    'it listens on a port',
  ],
  ['UDP', `import dgram from 'node:dgram'; dgram.createSocket('udp4')`, 'it opens a UDP socket'],
  [
    'a look-up',
    `import { lookup } from 'node:dns'; lookup('localhost', () => {})`,
    'it resolves a name',
  ],
  [
    'a look-up by promise',
    `import { resolve4 } from 'node:dns/promises'; await resolve4('localhost')`,
    'it resolves a name',
  ],
  [
    'a child process',
    `import { execSync } from 'node:child_process'; execSync('true')`,
    'Access to this API has been restricted',
  ],
  [
    'a written file',
    `import { writeFileSync } from 'node:fs'; writeFileSync('made.txt', '')`,
    'Access to this API has been restricted',
  ],
  [
    'a worker',
    `import { Worker } from 'node:worker_threads'; new Worker('1', { eval: true })`,
    'Access to this API has been restricted',
  ],
  ["Node's own bindings", `process.binding('tcp_wrap')`, 'process.binding'],
]

test.for(EFFECTS)('service.ts that does work is refused: %s', async ([, source, message]) => {
  const text = await refusal(`${source}; export default { name: 'x' }`)
  expect(text).toContain('SERVICEX_DESCRIPTION_FAILED  service.ts could not be read: ')
  expect(text).toContain(message)
  expect(text).toContain('fix: let service.ts only declare')
})

test('an error in service.ts is shown with its place', async () => {
  const text = await refusal(`\n\nthrow new Error('no such\\nthing')`)
  expect(text).toBe(
    [
      'SERVICEX_DESCRIPTION_FAILED  service.ts could not be read: no such',
      '  at service.ts:3:7',
      '  fix: let service.ts only declare; what does work belongs in the entrypoint',
    ].join('\n'),
  )
})

const BROKEN: readonly (readonly [what: string, source: string, message: string])[] = [
  ['a syntax error', 'export default {', 'SERVICEX_DESCRIPTION_FAILED  service.ts could not be'],
  ['an enum', 'enum A { B }; export default {}', 'SERVICEX_DESCRIPTION_FAILED  service.ts could'],
  ['a missing import', `import './none.ts'`, 'service.ts could not be read: Cannot find module'],
  ['a thrown nothing', 'throw undefined', 'SERVICEX_DESCRIPTION_FAILED  service.ts could not be'],
  ['no default export', 'export const service = {}', 'service.ts has no declaration'],
  ['a default export of another kind', 'export default 42', 'service.ts has no declaration'],
  ['an end of the process', 'process.exit(0)', 'service.ts ended the process that read it'],
  ['an await for ever', 'await new Promise(() => {})', 'service.ts ended the process that read it'],
  [
    'a getter that throws',
    `export default { get name() { throw new Error('got me') } }`,
    'service.ts could not be read: got me',
  ],
  [
    'a field that breaks a rule',
    `export default { name: 'No Name', port: 1 }`,
    'SERVICEX_DECLARATION_INVALID  service.ts has 2 problems\n  name is "No Name"',
  ],
  [
    'a rejection later on',
    `Promise.reject(new Error('later')); export default { name: 'x' }; await null; await new Promise(setImmediate)`,
    'service.ts could not be read: later',
  ],
]

test.for(BROKEN)('service.ts with %s is one clear error', async ([, source, message]) => {
  expect(await refusal(source)).toContain(message)
})

test('service.ts that never ends is given up on at the deadline', async () => {
  const text = await refusal('for (;;) {}', 500)
  expect(text).toContain('SERVICEX_DESCRIPTION_FAILED  service.ts was not read within 500 ms')
})

test('the description keeps to the schema that is published', async () => {
  const schema = JSON.parse(await readText('schemas/description.json')) as object
  const golden = JSON.parse(await readText('test/tooling/parse/golden/description.json')) as object
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)
  expect(validate(golden), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ ...golden, replicas: 3 })).toBe(false)
})

function readText(path: string): Promise<string> {
  return readFile(join(import.meta.dirname, '../../..', path), 'utf8')
}
