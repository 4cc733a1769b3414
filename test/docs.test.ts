import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../src/config/read-config.ts'
import { ENV, toUrlVariable } from '../src/convention/env-names.ts'
import { ERRORS } from '../src/convention/error-codes.ts'
import { SHUTDOWN_SECONDS } from '../src/convention/lifecycle.ts'
import { LOG_KEYS, type LogKeyPreset, type LogKeys } from '../src/convention/log-keys.ts'
import { LOG_LEVELS } from '../src/convention/log-levels.ts'
import { MAX_SERIES, UNMATCHED_ROUTE } from '../src/convention/metric-names.ts'
import { ADMIN_PATHS, ADMIN_PORT, APP_PORT } from '../src/convention/ports.ts'
import { PROPAGATED } from '../src/convention/propagation.ts'
import * as servicex from '../src/index.ts'
import { SETTING_VARIABLES } from '../tooling/parse/read-settings.ts'
import { type Hook, PACKAGES } from '../src/instrumentation/packages.ts'
import { openMetrics } from '../src/metrics/open-metrics.ts'
import { registry } from '../src/metrics/registry.ts'
import { registerTelemetryHealth } from '../src/metrics/telemetry-health.ts'
import * as testing from '../src/testing/index.ts'
import { brokenLink } from './docs/broken-link.ts'
import { quoted, readPage, readPages, readTable, ROOT } from './docs/pages.ts'
import { typeCheckBlocks } from './docs/type-check.ts'

const pages = readPages()
const readme = readPage('README.md')
const runtime = readPage('docs/runtime.md')
const testingPage = readPage('docs/testing.md')
const index = readPage('docs/README.md')
const config = readConfig({}, { env: {}, entrypoint: undefined, cwd: '/', terminal: false }).config

describe('every page', () => {
  test('has TypeScript that compiles', async () => {
    expect(await typeCheckBlocks(pages)).toBe('')
  })

  test.for(pages.map((page) => [page.path, page] as const))(
    '%s links to what exists',
    ([, page]) => {
      for (const [, target = ''] of page.prose.matchAll(/\]\(([^)\s]+)\)/g))
        if (!/^[a-z]+:/.test(target)) expect(brokenLink(page, target), target).toBeUndefined()
    },
  )

  test('shows lines that are one JSON object with the keys of a line', () => {
    const blocks = pages.flatMap((page) =>
      page.blocks.filter(({ language }) => language === 'json'),
    )
    expect(blocks.length).toBeGreaterThan(0)
    for (const { text } of blocks)
      expect(JSON.parse(text)).toMatchObject({
        timestamp: expect.any(String) as string,
        severity: expect.any(String) as string,
        message: expect.any(String) as string,
        service: 'billing',
      })
  })

  test('names only settings and error codes that exist', () => {
    const known = new Set<string>([
      ...Object.values(ENV),
      ...Object.keys(ERRORS),
      ...Object.keys(SETTING_VARIABLES),
      toUrlVariable(''),
      toUrlVariable('billing'),
    ])
    const named = pages.flatMap(
      ({ text }) => text.match(/\b(?:SERVICEX|OTEL|SENTRY)_[A-Z]\w*/g) ?? [],
    )
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: object
    }
    const named = pages.flatMap(({ text }) => [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)])
    expect(named.filter(([, name = '']) => !(name in scripts)).map(([words]) => words)).toEqual([])
  })
})

test('docs/README.md links to every page', () => {
  const targets = [...index.prose.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target)
  const linked = new Set(targets.map((target) => join('docs', target)))
  const unlinked = pages
    .map(({ path }) => path)
    .filter((path) => dirname(path) === 'docs' && path !== index.path && !linked.has(path))
  expect(unlinked).toEqual([])
  expect(linked).toContain('docs/decisions')
})

test.for(
  pages
    .filter(({ path }) => path.startsWith('docs/decisions/'))
    .map(({ path, text }) => [path, text] as const),
)('%s says context, choice and what would change it, on one page', ([, text]) => {
  for (const part of ['Context', 'Choice', 'What would change our mind'])
    expect(text).toMatch(new RegExp(`^(?:\\*\\*${part}\\.\\*\\*|## ${part}$)`, 'm'))
  expect(text.split('\n').length).toBeLessThanOrEqual(61)
})

describe('docs/runtime.md', () => {
  test('lists every setting', () => {
    const rows = readTable(runtime, 'variable')
    expect(rows.flatMap(([name = '']) => quoted(name)).toSorted()).toEqual(
      Object.values(ENV).toSorted(),
    )
  })

  test('gives the defaults that are in force', () => {
    const { ports, logging, service, tracing, metrics, shutdown } = config
    const defaults = Object.fromEntries(
      readTable(runtime, 'variable').map(([name, value]) => [name, value]),
    )
    expect(defaults).toMatchObject({
      '`PORT`': String(ports.app),
      '`ADMIN_PORT`': String(ports.admin),
      '`LOG_LEVEL`': logging.level,
      '`SERVICEX_LOG_FORMAT`': logging.format,
      '`NODE_ENV`': service.environment,
      '`SERVICEX_PROCESS`': service.process,
      '`OTEL_BSP_SCHEDULE_DELAY`': `${tracing.batchDelayMs} ms`,
      '`OTEL_BSP_MAX_QUEUE_SIZE`': `${tracing.maxQueueSpans} spans`,
      '`OTEL_BSP_MAX_EXPORT_BATCH_SIZE`': `${tracing.maxBatchSpans} spans`,
      '`SERVICEX_MAX_SERIES`': `${metrics.maxSeries} series`,
      '`SERVICEX_PROPAGATION_DELAY`': `${shutdown.propagationMs / 1000} s`,
      '`SERVICEX_DRAIN_TIMEOUT`': `${shutdown.drainMs / 1000} s`,
      '`SERVICEX_SHUTDOWN_TIMEOUT`': `${shutdown.flushMs / 1000} s`,
    })
  })

  test('spells the keys of a line as they are spelled', () => {
    const presets: readonly LogKeyPreset[] = ['otel', 'gcp', 'ecs', 'datadog']
    const keys = Object.keys(LOG_KEYS.otel) as (keyof LogKeys)[]
    const expected = keys.map((key) => [
      key,
      ...presets.map((preset) => `\`${LOG_KEYS[preset][key]}\``),
    ])
    expect(readTable(runtime, 'what')).toEqual(expected)
  })

  test('lists every metric but those of the process', () => {
    const rows = readTable(runtime, 'metric')
    expect(rows.flatMap(([name = '']) => quoted(name)).toSorted()).toEqual(ownMetrics().toSorted())
  })

  test('lists every path of the admin port', () => {
    const rows = readTable(runtime, 'path on `ADMIN_PORT`')
    expect(rows.flatMap(([path = '']) => quoted(path))).toEqual(Object.values(ADMIN_PATHS))
  })

  test('lists every package whose work is seen, and how', () => {
    const expected = PACKAGES.map(({ name, hooks }) => [`\`${name}\``, toWay(hooks)])
    expect(readTable(runtime, 'package')).toEqual(expected)
  })

  test('names everything that can be imported from servicex', () => {
    const unnamed = Object.keys(servicex).filter(
      (name) => !new RegExp(`\\b${name}\\b`).test(runtime.text),
    )
    expect(unnamed).toEqual([])
  })
})

describe('docs/testing.md', () => {
  test('names everything that can be imported from servicex/testing', () => {
    const unnamed = Object.keys(testing).filter((name) => !testingPage.text.includes(name))
    expect(unnamed).toEqual([])
  })

  test('lists every fault', () => {
    const listed = readTable(testingPage, 'fault').flatMap(([names = '']) => quoted(names))
    expect(listed.toSorted()).toEqual(['refused', ...Object.keys(testing.FAULT_REPLIES)].toSorted())
  })

  test('lists every fault of the proxy', () => {
    const listed = readTable(testingPage, 'proxy fault').flatMap(([names = '']) => quoted(names))
    expect(listed.toSorted()).toEqual(Object.keys(testing.PROXY_FAULTS).toSorted())
  })
})

describe('README.md', () => {
  const convention = Object.fromEntries(
    readTable(readme, 'what').map(([what = '', value = '']) => [what, value]),
  )
  const valuesOf = (row: string): readonly string[] => quoted(convention[row] ?? '')

  test('says the convention as the code has it', () => {
    const { propagation, drain, hooks, flush } = SHUTDOWN_SECONDS
    expect(convention['ports']).toBe(
      `app \`${ENV.port}\`, ${APP_PORT}; admin \`${ENV.adminPort}\`, ${ADMIN_PORT}`,
    )
    expect(valuesOf('admin paths')).toEqual(Object.values(ADMIN_PATHS))
    expect(valuesOf('log line')).toEqual(Object.values(LOG_KEYS.otel))
    expect(valuesOf('severities')).toEqual(Object.keys(LOG_LEVELS))
    expect(ownMetrics()).toEqual(expect.arrayContaining([...valuesOf('metrics')]))
    expect(valuesOf('route')).toEqual([UNMATCHED_ROUTE])
    expect(convention['series of a metric']).toContain(`at most ${MAX_SERIES},`)
    expect([...Object.values(PROPAGATED), 'authorization', 'cookie']).toEqual(
      expect.arrayContaining([...valuesOf('propagation')]),
    )
    expect(convention['shutdown, seconds']).toBe(
      `serve on ${propagation} in a cluster, drain ${drain}, hooks ${hooks}, flush ${flush}`,
    )
  })

  test('names the Node versions of package.json', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      engines: { node: string }
    }
    expect(readme.text).toContain(`\`${engines.node}\``)
  })
})

function ownMetrics(): readonly string[] {
  if (registry.getMetricsAsArray().length < 2) {
    openMetrics(config, () => undefined)
    registerTelemetryHealth([])
  }
  return registry
    .getMetricsAsArray()
    .map(({ name }) => name)
    .filter((name) => !/^(?:nodejs|process)_/.test(name))
}

function toWay([first, ...rest]: readonly Hook[]): string {
  if (first?.kind === 'prototype') return 'prototype'
  if (first?.kind !== 'channel') return 'patched'
  const since = `channel since ${first.of === undefined ? '' : `${first.of} `}${first.since}`
  return rest.length === 0 ? since : `${since}; earlier ones are patched`
}
