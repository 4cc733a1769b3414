import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { generate } from 'openapi-typescript-codegen'
import { toSnapshot } from 'servicex/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { billing } from '../../fixtures/client/billing.ts'
import { listen, type Served } from '../../fixtures/client/mounts.ts'
import { ID, IDS, ISSUED_AT, serveBilling } from '../../fixtures/client/serve-billing.ts'

/** What a generator that knows nothing of servicex makes of the snapshot, as far as the test calls it. */
interface GeneratedClient {
  readonly OpenAPI: { BASE: string }
  readonly DefaultService: Record<string, (input: object) => Promise<unknown>>
}

const folder = mkdtempSync(join(tmpdir(), 'servicex-generated-'))
const { routes, seen } = serveBilling()
let served: Served
let client: GeneratedClient['DefaultService']

beforeAll(async () => {
  served = await listen(routes.node)
  const input = toSnapshot(billing) as unknown as Record<string, unknown>
  await generate({ input, output: folder, httpClient: 'fetch', useOptions: true })
  const outfile = join(folder, 'bundle.mjs')
  const entry = join(folder, 'index.ts')
  await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node' })
  const generated = (await import(pathToFileURL(outfile).href)) as GeneratedClient
  generated.OpenAPI.BASE = served.url
  client = generated.DefaultService
})
afterAll(async () => {
  await served.close()
  await rm(folder, { recursive: true })
})

const call = (operation: string, input: object): Promise<unknown> => {
  const found = client[operation]
  if (found === undefined) throw new Error(`no ${operation} was generated`)
  return found(input)
}

test('another generator makes a client of the snapshot that compiles', () => {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: 'es2022',
        lib: ['es2022', 'dom'],
        module: 'esnext',
        moduleResolution: 'bundler',
        types: [],
      },
      include: ['index.ts'],
    }),
  )
  const tsc = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc')
  const compile = (): string =>
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  expect(compile()).toBe('')
})

test('its calls are answered', async () => {
  expect(await call('getInvoice', { id: ID })).toMatchObject({ id: ID, issuedAt: ISSUED_AT })
  await call('listInvoices', { limit: 3, overdue: false, state: ['open', 'void'], xTenant: 'acme' })
  expect(seen.inputs.at(-1)).toEqual({
    query: { limit: 3, overdue: false, state: ['open', 'void'] },
    headers: { 'x-tenant': 'acme' },
  })
  const lines = [{ text: 'a pen', cents: 100 }]
  const requestBody = { customerId: '7', lines }
  expect(await call('createInvoice', { requestBody })).toMatchObject({ customerId: '7', lines })
  expect(await call('deleteInvoice', { id: ID })).toBeUndefined()
  const pdf = new Blob(['%PDF-1.7'], { type: 'application/pdf' })
  await call('putPdf', { id: ID, requestBody: pdf })
  expect(seen.inputs.at(-1)).toEqual({ bytes: 8, type: 'application/pdf', size: 8 })
})

test('its errors have the status and the code that are declared', async () => {
  await expect(call('getInvoice', { id: IDS.archived })).rejects.toMatchObject({
    status: 410,
    body: { code: 'archived', data: { archivedAt: ISSUED_AT } },
  })
  await expect(call('getInvoice', { id: 'x' })).rejects.toMatchObject({
    status: 400,
    body: { code: 'invalid_request' },
  })
})
