import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Lockfile } from '../scripts/complete-lockfile.ts'
import { missingPlatforms } from '../scripts/complete-lockfile.ts'

const text = readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')

test('the lock file holds the binaries of every platform, as npm ci requires', () => {
  const missing = missingPlatforms(JSON.parse(text) as Lockfile)
  expect(missing, 'run `node scripts/complete-lockfile.ts`').toEqual([])
})

test('the lock file names no registry', () => {
  expect(text).not.toMatch(/"resolved": "https?:/)
})

test('a platform package that is not there, or there in another version, is missing', () => {
  const binary = (version: string): Lockfile['packages'][string] => ({ version, os: ['linux'] })
  const packages = {
    'node_modules/a': {
      optionalDependencies: { '@a/linux-x64-gnu': '1.0.0', '@a/win32-x64': '1.0.0' },
    },
    'node_modules/@a/linux-x64-gnu': binary('2.0.0'),
    'node_modules/a/node_modules/@a/linux-x64-gnu': binary('1.0.0'),
    'node_modules/b': { optionalDependencies: { '@a/linux-x64-gnu': '1.0.0' } },
  }
  expect(missingPlatforms({ packages }).map(({ path, version }) => `${path} ${version}`)).toEqual([
    'node_modules/@a/win32-x64 1.0.0',
    'node_modules/b/node_modules/@a/linux-x64-gnu 1.0.0',
  ])
})
