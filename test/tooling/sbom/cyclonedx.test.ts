import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { toCycloneDx } from '../../../tooling/plan/sbom/cyclonedx.ts'
import type { LockedPackage } from '../../../tooling/plan/sbom/locked-package.ts'
import { toNpmTree } from '../../../tooling/plan/sbom/npm-lock.ts'

const SUBJECT = {
  name: 'billing',
  revision: '3fa1c2e',
  created: '2026-01-01T00:00:00Z',
  toolVersion: '1.2.3',
  base: { name: 'docker.io/library/node:24-slim', digest: `sha256:${'0'.repeat(64)}` },
}
const LINUX = { os: 'linux', cpu: 'x64', libc: 'glibc' }
const root = join(import.meta.dirname, '../../..')

test('a bill follows the schema of CycloneDX 1.6', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Record<
    string,
    unknown
  >
  const bill = toCycloneDx(SUBJECT, toNpmTree(lock, [''])!, [LINUX])
  expect(bill.components.length).toBeGreaterThan(100)
  const isValid = openValidator()
  expect(isValid(bill), JSON.stringify(isValid.errors)).toBe(true)
  expect(isValid({ ...bill, components: [{ type: 'library' }] })).toBe(false)
})

test.for<readonly [string, object]>([
  ['MIT', { expression: 'MIT' }],
  ['(MIT OR Apache-2.0)', { expression: '(MIT OR Apache-2.0)' }],
  ['UNLICENSED', { license: { name: 'UNLICENSED' } }],
  ['SEE LICENSE IN LICENSE.md', { license: { name: 'SEE LICENSE IN LICENSE.md' } }],
])('a licence is an expression when it is one, else a name: %s', ([license, expected]) => {
  const bill = toBill({ license })
  expect(bill.components).toMatchObject([{}, { licenses: [expected] }])
  expect(openValidator()(bill)).toBe(true)
})

test.for([
  undefined,
  '',
  'sha512-',
  'sha512-AAA',
  'sha512-AAAA',
  'md5-AAAA',
  'sha512-\u0000',
  '!!!',
])('a hash that is none is left out: %o', (integrity) => {
  const bill = toBill(integrity === undefined ? {} : { integrity })
  expect(bill.components[1]).not.toHaveProperty('hashes')
})

test('a package stands in a bill once, and is needed when it is needed anywhere', () => {
  const one = toPackage({ isOptional: true, needs: ['c'] })
  const two = toPackage({ isOptional: false, needs: [] })
  const third = toPackage({ name: 'third' })
  const packages = new Map([
    ['a', one],
    ['b', two],
    ['c', third],
  ])
  const bill = toCycloneDx(SUBJECT, { roots: ['a', 'b'], packages }, [LINUX])
  expect(bill.components).toMatchObject([
    { type: 'container' },
    { purl: 'pkg:npm/%40acme/one@1.0.0', group: '@acme', name: 'one', scope: 'required' },
    { purl: 'pkg:npm/third@1.0.0' },
  ])
  expect(bill.dependencies).toContainEqual({
    ref: 'pkg:npm/%40acme/one@1.0.0',
    dependsOn: ['pkg:npm/third@1.0.0'],
  })
})

test.for<readonly [Partial<LockedPackage>, boolean]>([
  [{ os: ['linux'] }, true],
  [{ os: ['!win32'] }, true],
  [{ os: ['!linux'] }, false],
  [{ os: ['darwin', 'linux'], cpu: ['arm64'] }, false],
  [{ libc: ['musl'] }, false],
])('what is not installed is not in it: %o', ([where, isIn]) => {
  expect(toBill(where).components).toHaveLength(isIn ? 2 : 1)
})

function toPackage(parts: Partial<LockedPackage>): LockedPackage {
  return {
    name: '@acme/one',
    version: '1.0.0',
    os: [],
    cpu: [],
    libc: [],
    isOptional: false,
    needs: [],
    ...parts,
  }
}

function toBill(parts: Partial<LockedPackage>): ReturnType<typeof toCycloneDx> {
  const packages = new Map([['a', toPackage(parts)]])
  return toCycloneDx(SUBJECT, { roots: ['a'], packages }, [LINUX])
}

type Validator = ReturnType<InstanceType<typeof Ajv.default>['compile']>

let validator: Validator | undefined

function openValidator(): Validator {
  return (validator ??= compileSchema())
}

function compileSchema(): Validator {
  const require = createRequire(import.meta.url)
  const main = require.resolve('@cyclonedx/cyclonedx-library/package.json')
  const folder = join(dirname(main), 'res/schema')
  const read = (name: string): object =>
    JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object
  const ajv = new Ajv.default({ strict: false, logger: false })
  addFormats.default(ajv)
  ajv.addFormat('idn-email', true)
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    const { $id: _id, ...schema } = read(name) as { readonly $id?: string }
    ajv.addSchema(schema, `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
  }
  return ajv.compile(read('bom-1.6'))
}
