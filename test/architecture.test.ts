import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toModuleFacts } from './architecture/module-facts.ts'
import type { SourceFile } from './architecture/rules.ts'
import {
  MAX_LINES,
  crossings,
  isWithin,
  nodeImports,
  styleBreaches,
  vendorCrossings,
} from './architecture/rules.ts'
import {
  ENVIRONMENT_READERS,
  IMPORT_TABLE,
  PURE_FOLDERS,
  VENDOR_TABLE,
} from './architecture/tables.ts'

/** A path, and a source that stands there. */
type Case = readonly [path: string, source: string]

const root = join(import.meta.dirname, '..')
const product = ['src', 'tooling'].flatMap(sourcesIn)
const everything = [...product, ...['test', 'scripts', 'examples', 'bench'].flatMap(sourcesIn)]

describe('the sources keep to the architecture', () => {
  test('there are sources to look at', () => {
    expect(product.length).toBeGreaterThan(10)
  })

  test.for(product)('$path', (file) => {
    expect(crossings(file, IMPORT_TABLE)).toEqual([])
    expect(vendorCrossings(file, VENDOR_TABLE)).toEqual([])
    expect(styleBreaches(file)).toEqual([])
    expect(isWithin(file, PURE_FOLDERS) ? nodeImports(file) : []).toEqual([])
    expect(
      isWithin(file, ENVIRONMENT_READERS) ? [] : file.facts.envLines,
      'reads process.env',
    ).toEqual([])
    expect(
      isWithin(file, ['src']) ? file.facts.topLevelAwaitLines : [],
      'awaits at import',
    ).toEqual([])
  })

  test(`no file of the repo is longer than ${MAX_LINES} lines`, () => {
    const long = everything.filter(({ facts }) => facts.lineCount > MAX_LINES)
    expect(long.map(({ path, facts }) => `${path}: ${facts.lineCount}`)).toEqual([])
  })
})

describe('each rule of the architecture catches its breach', () => {
  test.for<Case>([
    ['src/logging/a.ts', `import { x } from '../metrics/x.ts'`],
    ['src/logging/a.ts', `import type { X } from '../metrics/x.ts'`],
    ['src/logging/a.ts', `export { x } from '../errors/x.ts'`],
    ['src/logging/a.ts', `const x = () => import('../tracing/x.ts')`],
    ['src/logging/a.ts', `type X = import('../tracing/x.ts').X`],
    ['src/config/a.ts', `import '../init.ts'`],
    ['src/context/a.ts', `import { x } from '../../tooling/plan/x.ts'`],
    ['src/testing/a.ts', `import { x } from '../logging/x.ts'`],
    ['src/testing/deep/a.ts', `import type { X } from '../../logging/x.ts'`],
    ['src/register.ts', `import { x } from './testing/index.ts'`],
    ['tooling/plan/a.ts', `import { x } from '../parse/x.ts'`],
    ['tooling/plan/a.ts', `import { type X } from '../parse/x.ts'`],
    ['tooling/parse/a.ts', `import type { X } from '../plan/x.ts'`],
    ['tooling/main.ts', `import { x } from '../src/config/x.ts'`],
    ['src/novel/a.ts', `export {}`],
  ])('import direction: %s may not hold %s', ([path, source]) => {
    expect(crossings(toFile(path, source), IMPORT_TABLE)).toHaveLength(1)
  })

  test.for<Case>([
    ['src/logging/deep/a.ts', `import { x } from '../../context/x.ts'`],
    ['src/testing/a.ts', `import { x } from '../context/x.ts'`],
    ['tooling/plan/a.ts', `import type { X } from '../parse/x.ts'`],
    ['src/init.ts', `import { x } from './lifecycle/x.ts'`],
  ])('import direction: %s may hold %s', ([path, source]) => {
    expect(crossings(toFile(path, source), IMPORT_TABLE)).toEqual([])
  })

  test.for<Case>([
    ['src/metrics/a.ts', `import pino from 'pino'`],
    ['src/init.ts', `const { pino } = require('pino')`],
    ['src/errors/a.ts', `import { trace } from '@opentelemetry/api'`],
    ['src/context/a.ts', `import { type Span } from '@opentelemetry/api'`],
    ['src/metrics/a.ts', `import { NodeSDK } from '@opentelemetry/sdk-node'`],
    ['src/logging/a.ts', `import { Hook } from 'import-in-the-middle'`],
    ['src/lifecycle/a.ts', `const s = () => import('@sentry/node')`],
    ['src/lifecycle/a.ts', `const s = () => import(\`undici\`)`],
    ['src/config/a.ts', `import { z } from 'zod'`],
    ['src/init.ts', `import { Command } from 'commander'`],
    ['src/logging/a.ts', `import pad from 'left-pad'`],
    ['src/logging/a.ts', `import { init } from 'servicex'`],
  ])('vendors: %s may not hold %s', ([path, source]) => {
    expect(vendorCrossings(toFile(path, source), VENDOR_TABLE)).toHaveLength(1)
  })

  test.for<Case>([
    ['src/logging/a.ts', `import pino from 'pino'`],
    ['src/context/a.ts', `import type { Span } from '@opentelemetry/api'`],
    ['src/config/a.ts', `import type { ZodType } from 'zod'`],
    ['tooling/command/a.ts', `import { Command } from 'commander'`],
  ])('vendors: %s may hold %s', ([path, source]) => {
    expect(vendorCrossings(toFile(path, source), VENDOR_TABLE)).toEqual([])
  })

  test.for([
    `let x: any`,
    `const x = y as any`,
    `export const x = 1`,
    `/* not a docstring */ export type X = 1`,
    `/** of another */\nconst y = 1\nexport function x() {}`,
    `/** documented */ export default 1`,
    `export * from './x.ts'`,
    `import './x.js'`,
  ])('style: %o is one breach', (source) => {
    expect(styleBreaches(toFile('src/init.ts', source))).toHaveLength(1)
  })

  test('docstrings: the first signature of an overloaded function carries that of all', () => {
    const signatures = `/** does */ export function x(a: 1): 1\nexport function x(a: 2): 2`
    const source = `${signatures}\nexport function x(a: unknown) { return a }`
    expect(styleBreaches(toFile('src/init.ts', source))).toEqual([])
    expect(styleBreaches(toFile('src/init.ts', source.slice(11)))).toHaveLength(1)
  })

  test('length: one line more than the limit is a breach', () => {
    const lines = (count: number): SourceFile => toFile('src/init.ts', 'void 0\n'.repeat(count))
    expect(styleBreaches(lines(MAX_LINES))).toEqual([])
    expect(styleBreaches(lines(MAX_LINES + 1))).toHaveLength(1)
  })

  test.for([
    `process.env.A`,
    `process['env'].A`,
    `globalThis.process.env`,
    `const { env } = process`,
    `import { env } from 'node:process'`,
  ])('environment: %s is seen', (source) => {
    expect(toModuleFacts(source).envLines).toEqual([1])
  })

  test.for([
    `await x`,
    `for await (const x of y);`,
    `{ await using x = y }`,
    `if (a) { b(await c) }`,
  ])('top-level await: %s is seen', (source) => {
    expect(toModuleFacts(source).topLevelAwaitLines).toEqual([1])
    expect(toModuleFacts(`async () => { ${source} }`).topLevelAwaitLines).toEqual([])
  })

  test('purity: an import of a Node module is seen, a comment that mentions one is not', () => {
    const source = `import { join } from 'node:path' // import 'node:fs'`
    expect(nodeImports(toFile('tooling/plan/a.ts', source))).toEqual(['node:path'])
  })
})

function sourcesIn(folder: string): SourceFile[] {
  const options = { recursive: true, withFileTypes: true } as const
  return existing(() => readdirSync(join(root, folder), options))
    .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('node_modules'))
    .map((path) => toFile(relative(root, path), readFileSync(path, 'utf8')))
}

/** A folder that is not there yet has no files. */
function existing<Entry>(read: () => Entry[]): Entry[] {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function toFile(path: string, source: string): SourceFile {
  return { path, facts: toModuleFacts(source) }
}
