import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { LoadedModules } from './package/loaded-modules.ts'
import { readLoadedModules } from './package/loaded-modules.ts'

const root = join(import.meta.dirname, '..')

/** What the runtime is built from, and what the tools are: they share the convention. */
const RUNTIME_SOURCE = /^src\//
const TOOL_SOURCE = /^(tooling|src\/convention)\//

/** Packages that cost a service dearly at start; only what its configuration asks for may load them. */
const COSTLY_PACKAGE = /^(@opentelemetry\/(sdk|exporter|otlp|auto)-|@sentry\/|undici$|zod$)/

/** The most files `import 'servicex'` may load; each costs about 0.5 ms of CPU. */
const IMPORT_BUDGET_FILES = 6
const TOOL_BUDGET_FILES = 8

describe("import 'servicex'", () => {
  const loaded = readLoadedModules(evaluating("import 'servicex'"))
  const { own, sources, packages, bundledPackages } = loaded

  test('loads the built package', () => {
    expect(own).toContain('index.js')
    expect(sources).toContain('src/init.ts')
  })

  test('loads nothing of the tools', () => {
    expect(sources.filter((source) => !RUNTIME_SOURCE.test(source))).toEqual([])
  })

  test('loads no SDK, no exporter, no Sentry, no undici and no zod', () => {
    expect(bundledPackages.filter((name) => COSTLY_PACKAGE.test(name))).toEqual([])
  })

  test(`loads at most ${IMPORT_BUDGET_FILES} files, and none of a package`, () => {
    expect(packages).toEqual([])
    expect(own.length, own.join()).toBeLessThanOrEqual(IMPORT_BUDGET_FILES)
  })
})

describe('init()', () => {
  // Shutting down flushes each signal, and so waits for what is loaded beside the app's own start.
  const source = `import { init } from 'servicex'; await init().shutdown(); process.exit()`
  const filesOf = ({ own, packageFileCount }: LoadedModules): number =>
    own.length + packageFileCount

  test('without settings loads no package that the import alone does not', () => {
    const loaded = readLoadedModules(evaluating(source), { ADMIN_PORT: '0' })
    console.log(`init(), nothing configured: ${filesOf(loaded)} files`)
    const imported = readLoadedModules(evaluating("import 'servicex'"))
    expect(loaded.packages).toEqual(imported.packages)
    expect(loaded.bundledPackages).toEqual(imported.bundledPackages)
  })

  test.for([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:9', /exporter|otlp/, /sentry/],
    ['SENTRY_DSN', 'http://key@127.0.0.1:9/1', /sentry/, /exporter|otlp/],
  ] as const)(
    'with %s alone loads what that needs, and no more',
    ([name, value, needed, other]) => {
      const loaded = readLoadedModules(evaluating(source), { ADMIN_PORT: '0', [name]: value })
      console.log(`init(), ${name}: ${filesOf(loaded)} files`)
      const packages = [...loaded.packages, ...loaded.bundledPackages]
      expect(packages.some((each) => needed.test(each))).toBe(true)
      expect(packages.filter((each) => other.test(each))).toEqual([])
    },
  )
})

describe('a subpath', () => {
  test.for(['client', 'metrics', 'testing', 'register'])(
    'servicex/%s loads nothing of the tools',
    (name) => {
      const { own, sources } = readLoadedModules(evaluating(`import 'servicex/${name}'`))
      expect(own).toContain(`${name}.js`)
      expect(sources.filter((source) => !RUNTIME_SOURCE.test(source))).toEqual([])
    },
  )

  test('servicex/client loads two files, no package, and of Node what it has loaded anyway', () => {
    const { own, packages } = readLoadedModules(evaluating(`import 'servicex/client'`))
    expect(packages).toEqual([])
    expect(own.length, own.join()).toBeLessThanOrEqual(2)
    const imported = own.flatMap((path) => {
      const text = readFileSync(join(root, 'dist', path), 'utf8')
      return [...text.matchAll(/^const .* = .*getBuiltinModule\("([^"]+)"\);$/gm)].map(
        ([, name]) => name,
      )
    })
    expect(imported).toEqual(['node:async_hooks'])
  })

  test.for(['', '/register', '/client', '/metrics', '/testing'])(
    'servicex%s awaits nothing at import, packages included: require() takes it',
    (subpath) => {
      execFileSync(process.execPath, ['-e', `require('servicex${subpath}')`], { cwd: root })
    },
  )
})

describe('a tool', () => {
  test.for([
    ['kube', '--version'],
    ['kube', '--help'],
    ['servicex', '--version'],
  ] as const)('%s %s loads nothing of the runtime, no package and no command', ([name, word]) => {
    const { own, sources, packages, bundledPackages } = readLoadedModules([toProgram(name), word])
    expect(sources).toContain('tooling/run-tool.ts')
    expect(sources.filter((source) => !TOOL_SOURCE.test(source))).toEqual([])
    expect(sources.filter((source) => /run-command|explain/.test(source))).toEqual([])
    expect([...packages, ...bundledPackages]).toEqual([])
    expect(own.length).toBeLessThanOrEqual(TOOL_BUDGET_FILES)
  })

  test('carries its packages inside: a command loads none', () => {
    const { sources, packages, bundledPackages } = readLoadedModules([
      toProgram('kube'),
      'explain',
      'SERVICEX_USAGE',
    ])
    expect(sources).toContain('tooling/command/explain.ts')
    expect(sources.filter((source) => !TOOL_SOURCE.test(source))).toEqual([])
    expect({ packages, bundledPackages }).toEqual({ packages: [], bundledPackages: ['commander'] })
  })
})

function toProgram(name: string): string {
  return join(root, 'dist', `${name}.js`)
}

function evaluating(source: string): string[] {
  return ['--input-type=module', '-e', source]
}
