import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Contract } from '../../src/client/contract/contract-types.ts'
import { toSnapshot, toSnapshotText } from '../../src/client/contract/to-snapshot.ts'
import { openRepository, type Repository } from './parse/repository.ts'
import { runKube } from './run-kube.ts'

const ROOT = join(import.meta.dirname, '../..')
const toSource = (operations: string): string => `
import { contract, op } from ${JSON.stringify(join(ROOT, 'src/client/contract/index.ts'))}
import { z } from ${JSON.stringify(join(ROOT, 'node_modules/zod/index.js'))}
const Id = z.object({ id: z.string() })
export default { name: 'billing', serves: contract('billing', { ${operations} }) }
`
const GET = `getInvoice: op.get('/invoices/{id}', { params: Id, ok: z.object({ cents: z.int() }) })`
const LIST = `listInvoices: op.get('/invoices', { ok: z.object({ ids: z.array(z.string()) }) })`

let repository: Repository | undefined
afterEach(() => repository?.close())

function open(operations = GET): {
  readonly root: string
  readonly serve: (operations: string) => void
} {
  repository = openRepository({
    'package.json': JSON.stringify({ name: '@acme/billing', type: 'module' }),
  })
  const { root } = repository
  const serve = (now: string): void => writeFileSync(join(root, 'service.ts'), toSource(now))
  serve(operations)
  return { root, serve }
}

test('kube generate contract writes contract.json, and says where and what for', async () => {
  const { root } = open()
  const run = await runKube(['generate', 'contract'], { cwd: root })
  expect(run).toEqual({
    exitCode: 0,
    stdout: 'contract.json\n',
    stderr: 'billing: commit it; others call `kube client add billing`\n',
  })
  const file = JSON.parse(readFileSync(join(root, 'contract.json'), 'utf8')) as object
  expect(file).toMatchObject({ openapi: '3.1.0', 'x-servicex': { service: { name: 'billing' } } })
})

test('the bytes are the same in whatever order the contract is written, and those of toSnapshotText()', async () => {
  const { root, serve } = open(`${GET}, ${LIST}`)
  const one = await runKube(['generate', 'contract', '--out', '-'], { cwd: root })
  serve(`${LIST}, ${GET}`)
  const other = await runKube(['generate', 'contract', '--out', '-'], { cwd: root })
  expect(other.stdout).toBe(one.stdout)
  const { default: declared } = (await import(join(root, 'service.ts'))) as {
    readonly default: { readonly serves: Contract }
  }
  expect(other.stdout).toBe(toSnapshotText(toSnapshot(declared.serves)))
  expect(existsSync(join(root, 'contract.json'))).toBe(false)
})

test('a client is made of the file', async () => {
  const { root } = open()
  await runKube(['generate', 'contract', '--out', 'api/billing.json'], { cwd: root })
  const words = ['client', 'add', 'billing', '--from', 'api/billing.json']
  expect(await runKube(words, { cwd: root })).toMatchObject({ exitCode: 0 })
})

test('--check exits 1 when the file is not what is served, says what that means for callers, and writes nothing', async () => {
  const { root, serve } = open(`${GET}, ${LIST}`)
  await runKube(['generate', 'contract'], { cwd: root })
  expect(await runKube(['generate', 'contract', '--check'], { cwd: root })).toMatchObject({
    exitCode: 0,
    stderr: 'billing: nothing changed\n',
  })
  const before = readFileSync(join(root, 'contract.json'), 'utf8')
  serve(GET)
  const { exitCode, stderr } = await runKube(['generate', 'contract', '--check'], { cwd: root })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('BREAK  listInvoices')
  expect(stderr).toContain('fix: kube generate contract')
  expect(readFileSync(join(root, 'contract.json'), 'utf8')).toBe(before)
})

test('a contract.json that is not there is missed by --check', async () => {
  const { root } = open()
  const run = await runKube(['generate', 'contract', '--check', '--json'], { cwd: root })
  expect(run.exitCode).toBe(1)
  expect(JSON.parse(run.stdout)).toEqual({
    service: 'billing',
    path: 'contract.json',
    isChanged: true,
    operations: ['getInvoice'],
    findings: [],
  })
  expect(existsSync(join(root, 'contract.json'))).toBe(false)
})

test('--out of a file that is no snapshot is refused; --force replaces it', async () => {
  const { root } = open()
  const words = ['generate', 'contract', '--out', 'package.json']
  expect(await runKube(words, { cwd: root })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('SERVICEX_FILE_EXISTS') as unknown,
  })
  expect(readFileSync(join(root, 'package.json'), 'utf8')).toContain('@acme/billing')
  writeFileSync(join(root, 'old.json'), 'no JSON')
  const forced = ['generate', 'contract', '--out', 'old.json', '--force']
  expect(await runKube(forced, { cwd: root })).toMatchObject({ exitCode: 0 })
})

test('an app that serves no contract is told how to', async () => {
  const { root } = open()
  writeFileSync(join(root, 'service.ts'), 'export default {}')
  const { exitCode, stderr } = await runKube(['generate', 'contract'], { cwd: root })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('fix: write `serves: <the contract>` in defineService()')
})
