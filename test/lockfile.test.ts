import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  completeLockfile,
  type Lockfile,
  missingPlatforms,
} from '../tooling/plan/new/complete-lockfile.ts'

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

test('a completed lock file has them all, for their platforms, with nothing of a sibling', () => {
  const packages = {
    'node_modules/a': {
      optionalDependencies: { '@a/linux-x64-gnu': '1.0.0', '@a/darwin-arm64': '1.0.0' },
    },
    'node_modules/@a/linux-x64-gnu': {
      version: '1.0.0',
      resolved: 'https://registry.example/a-linux-x64-gnu-1.0.0.tgz',
      integrity: 'sha512-x',
      os: ['linux'],
      cpu: ['x64'],
      libc: ['glibc'],
      dev: true,
    },
  }
  const complete = completeLockfile<Lockfile>({ packages })
  expect(missingPlatforms(complete)).toEqual([])
  expect(complete.packages['node_modules/@a/darwin-arm64']).toEqual({
    version: '1.0.0',
    os: ['darwin'],
    cpu: ['arm64'],
    dev: true,
  })
  expect(completeLockfile(complete)).toBe(complete)
})
