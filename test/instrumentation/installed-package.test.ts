import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findInstalled, isAtLeast } from '../../src/instrumentation/installed-package.ts'

const root = join(import.meta.dirname, '../..')

test.for([
  ['pg', false, 'ES modules around CommonJS'],
  ['koa', false, 'ES modules around CommonJS'],
  ['kafkajs', false, 'CommonJS without exports'],
  ['bullmq', false, 'CommonJS beside ES modules that nobody is pointed to'],
  ['mysql2', false, 'CommonJS'],
  ['openai', true, 'both builds; an import gives ES modules'],
  ['hono', true, 'both builds; an import gives ES modules'],
] as const)('%s: an import of it is of ES modules: %s (%s)', ([name, esm]) => {
  expect(findInstalled(name, root)).toMatchObject({ name, esm })
})

describe('a package that is linked', () => {
  let folder: string

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'servicex-installed-')))
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  test('is where its files are, so that what is installed beside it is found', () => {
    add('.pnpm/express/node_modules/express', 'express', '5.1.0')
    add('.pnpm/router/node_modules/router', 'router', '2.2.0')
    link('.pnpm/express/node_modules/router', '.pnpm/router/node_modules/router')
    link('express', '.pnpm/express/node_modules/express')
    const express = findInstalled('express', folder)
    expect(express?.folder).toBe(join(folder, 'node_modules/.pnpm/express/node_modules/express'))
    expect(findInstalled('router', express?.folder ?? '')?.version).toBe('2.2.0')
  })

  test('is not there when its manifest is not JSON', () => {
    add('broken', 'broken', '1.0.0')
    writeFileSync(join(folder, 'node_modules/broken/package.json'), '{')
    expect(findInstalled('broken', folder)).toBeUndefined()
  })

  function add(place: string, name: string, version: string): void {
    const path = join(folder, 'node_modules', place)
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version }))
  }

  function link(place: string, target: string): void {
    symlinkSync(join(folder, 'node_modules', target), join(folder, 'node_modules', place))
  }
})

test.for([
  ['5.11.0', '5.11.0', true],
  ['5.10.9', '5.11.0', false],
  ['6.0.0-rc.1', '6.0.0', true],
  ['10.0.0', '9.9.9', true],
  ['8', '8.0.0', true],
] as const)('%s is at least %s: %s', ([version, least, answer]) => {
  expect(isAtLeast(version, least)).toBe(answer)
})
