import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from './app.ts'

const RECORDER = new URL('../package/record-modules.ts', import.meta.url).href
const EXPORTER = /node_modules\/@opentelemetry\/(?:exporter-|otlp-|sdk-)/
const SENTRY = /node_modules\/@sentry\//

/** The files of packages that the running service has loaded. */
async function modulesOf(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'servicex-loaded-'))
  const record = join(folder, 'modules.txt')
  try {
    const app = await startApp({ ...env, RECORD_MODULES_TO: record }, ['--import', RECORDER])
    await app.get('/invoices/7')
    await app.get('/capture')
    await app.readMetrics()
    await app.stop()
    return readFileSync(record, 'utf8').split('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.for([
  ['nothing', {}, []],
  ['an endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, [EXPORTER]],
  ['a DSN', { SENTRY_DSN: 'http://key@127.0.0.1:9/1' }, [SENTRY]],
  [
    'an endpoint that is switched off',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_EXPORTER: 'none' },
    [],
  ],
] as const)('with %s configured, only what that needs is loaded', async ([, env, needed]) => {
  const modules = await modulesOf({ ...env, SERVICEX_SHUTDOWN_TIMEOUT: '0.2' })
  expect(modules.length).toBeGreaterThan(50)
  const loaded = [EXPORTER, SENTRY].filter((each) => modules.some((file) => each.test(file)))
  expect(loaded).toEqual(needed)
})
