import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readAppPackage } from '../../src/config/app-package.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { sourceOf } from './config-of.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'servicex-app-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, content: unknown): void {
  const file = join(root, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
}

test('without a declaration the service has the name and version of its package.json', () => {
  write('package.json', { name: '@shop/Billing_API', version: '1.2.3' })
  const { config } = readConfig(
    {},
    sourceOf({}, { entrypoint: join(root, 'src/app.ts'), cwd: '/' }),
  )
  expect(config.service).toMatchObject({
    name: 'billing-api',
    app: 'billing-api',
    revision: '1.2.3',
  })
})

test('the package nearest to the entrypoint counts, not that of the working directory', () => {
  write('package.json', { name: 'workspace' })
  write('services/billing/package.json', { name: 'billing', dependencies: { pg: '8', zod: '4' } })
  expect(readAppPackage('services/billing/src/app.ts', root)).toEqual({
    root: join(root, 'services/billing'),
    name: 'billing',
    version: undefined,
    dependencies: ['pg', 'zod'],
  })
})

test.for([
  ['has no name', { type: 'module' }],
  ['has a name that is no text', { name: 7 }],
  ['is no JSON', '{ name: billing'],
  ['is JSON, but no object', '"billing"'],
  ['is null', 'null'],
])('a package.json that %s is passed over for the one above it', ([, content]) => {
  write('package.json', { name: 'billing' })
  write('dist/package.json', content)
  expect(readAppPackage('dist/app.js', root).name).toBe('billing')
})

test('a package.json that cannot be read is passed over', () => {
  write('package.json', { name: 'billing' })
  mkdirSync(join(root, 'dist/package.json'), { recursive: true })
  expect(readAppPackage('dist/app.js', root).name).toBe('billing')
})

test('without any package.json the working directory is the app, and has no name', () => {
  const lost = join(root, 'lost')
  expect(readAppPackage(undefined, lost)).toEqual({
    root: lost,
    name: undefined,
    version: undefined,
    dependencies: [],
  })
  expect(readConfig({}, sourceOf({}, { cwd: lost })).config.service.name).toBe('unnamed-service')
})
