import { createRequire } from 'node:module'
import pino from 'pino'
import { expect, test } from 'vitest'
import { log } from '../../src/logging/log.ts'

test('another copy of pino finds the parts of log by its own symbols, as pino-http does', () => {
  const copy = anotherPino()
  const { stringifySym, chindingsSym } = copy.symbols
  const parts = log.child({ order: 7 }) as unknown as Record<symbol, unknown>

  expect(stringifySym).not.toBe(pino.symbols.stringifySym)
  expect(parts[chindingsSym]).toBe('')
  expect((parts[stringifySym] as (value: unknown) => string)({ a: 1 })).toBe('{"a":1}')
})

/** pino as a package of an app's loads it when its version is not that of servicex. */
function anotherPino(): typeof pino {
  const require = createRequire(import.meta.url)
  const file = require.resolve('pino')
  const own = Object.keys(require.cache).filter((path) => path.includes('/node_modules/pino/'))
  const kept = own.map((path) => [path, require.cache[path]] as const)
  for (const path of own) delete require.cache[path]
  const copy = require(file) as typeof pino
  for (const [path, loaded] of kept) require.cache[path] = loaded
  return copy
}

test('flush() calls back, as pino’s does', async () => {
  await new Promise<unknown>((resolve) => log.flush(resolve))
})
