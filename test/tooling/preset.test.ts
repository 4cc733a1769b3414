import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SETTINGS } from '../../tooling/parse/settings.ts'

const root = join(import.meta.dirname, '../..')
const module: unknown = await import(join(root, 'examples/preset/preset.js'))
const acme = (module as { readonly default: unknown }).default

test('the example of a preset is one: every key is a setting', () => {
  expect(SETTINGS.parse(acme)).toEqual(acme)
})

test('docs/preset.md shows the whole of it', () => {
  const page = readFileSync(join(root, 'docs/preset.md'), 'utf8')
  expect(page).toContain(readFileSync(join(root, 'examples/preset/preset.js'), 'utf8'))
})

test('a preset for one company is about 40 lines', () => {
  const lines = readFileSync(join(root, 'examples/preset/preset.js'), 'utf8').split('\n')
  expect(lines.length).toBeLessThan(45)
})
