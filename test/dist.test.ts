import { execFileSync, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Collector } from '../src/testing/collector.ts'
import { openCollector } from '../src/testing/collector.ts'
import { findSamples, parseExposition } from '../src/wire/exposition.ts'
import type { SentryIngest } from '../src/testing/sentry-ingest.ts'
import { openSentryIngest } from '../src/testing/sentry-ingest.ts'
import {
  installPackages,
  openFolder,
  readManifest,
  readRegistryProblem,
  writePackage,
} from './package/packed.ts'
import type { LogLine, SmokeService } from './package/smoke-process.ts'
import { openSmokeService } from './package/smoke-process.ts'

const INSTALL_TIMEOUT_MS = 240_000

/** Compilers of the consumer, each as a package of its own. */
const COMPILERS = { 'typescript-5': '5.9.3', 'typescript-6': '6.0.3', 'typescript-7': '7.0.2' }

const problem = await readRegistryProblem()
const note = problem === undefined ? '' : ` (skipped: ${problem})`
const describeInstalled = describe.skipIf(problem !== undefined)

let folder: Awaited<ReturnType<typeof openFolder>>

beforeAll(async () => {
  folder = await openFolder()
  const { tarball } = await writePackage(folder.path)
  const compilers = Object.entries(COMPILERS).map(([name, version]) => [
    name,
    `npm:typescript@${version}`,
  ])
  await installPackages(folder.path, {
    servicex: `file:${tarball}`,
    '@types/node': '^24',
    ...Object.fromEntries(compilers),
  })
}, INSTALL_TIMEOUT_MS)

afterAll(() => folder.close())

describeInstalled(
  `the package, installed without a lockfile and without install scripts${note}`,
  () => {
    test('has the version of package.json in both its programs', async () => {
      const { version } = await readManifest()
      for (const program of ['kube', 'servicex']) {
        const path = join(folder.path, 'node_modules/.bin', program)
        expect(execFileSync(path, ['--version'], { encoding: 'utf8' }), program).toBe(
          `${version}\n`,
        )
      }
    })

    test('brings one copy of @opentelemetry/api; two would lose data', () => {
      const words = ['ls', '--all', '--parseable', '@opentelemetry/api']
      const { stdout } = spawnSync('npm', words, { cwd: folder.path, encoding: 'utf8' })
      const copies = new Set(stdout.trim().split('\n'))
      expect([...copies]).toEqual([join(folder.path, 'node_modules/@opentelemetry/api')])
    })

    test('can be imported from every subpath, and no other', async () => {
      const subpaths = ['', '/register', '/client', '/metrics', '/testing']
      const imports = subpaths.map((subpath) => `await import('servicex${subpath}')`)
      runSource(imports.join('\n'))
      expect(() => runSource(`await import('servicex/dist/index.js')`)).toThrow(
        'ERR_PACKAGE_PATH_NOT_EXPORTED',
      )
    })
  },
)

describeInstalled(`the declarations resolve for a consumer${note}`, () => {
  const cases = Object.keys(COMPILERS).flatMap((compiler) => [
    [compiler, 'nodenext'] as const,
    [compiler, 'bundler'] as const,
  ])

  test.for(cases)('under %s with %s resolution', async ([compiler, resolution]) => {
    const source = [
      `import * as all from 'servicex'`,
      `import * as client from 'servicex/client'`,
      `import * as metrics from 'servicex/metrics'`,
      `import * as testing from 'servicex/testing'`,
      `import 'servicex/register'`,
      `export const everything: readonly object[] = [all, client, metrics, testing]`,
      `export const caught: typeof all.notThere = 1`,
    ]
    await writeFile(join(folder.path, 'consumer.ts'), source.join('\n'))
    expect(typeErrors(compiler, resolution)).toEqual([
      expect.stringMatching(
        /^consumer\.ts\(7,\d+\): error TS2339: Property 'notThere' does not exist/,
      ),
    ])
  })
})

describeInstalled(`a service on the installed package${note}`, () => {
  const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
  const traced = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` }
  let collector: Collector
  let sentry: SentryIngest
  let service: SmokeService

  beforeAll(async () => {
    collector = await openCollector()
    sentry = await openSentryIngest()
    service = await openSmokeService(folder.path, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      SENTRY_DSN: sentry.dsn,
    })
  })

  afterAll(async () => {
    await service.stop()
    await Promise.all([collector.close(), sentry.close()])
  })

  const linesOf = (traceId: string): LogLine[] =>
    service.lines.filter((line) => line['trace_id'] === traceId)

  const readRequestCounts = async (): Promise<Record<string, number>> => {
    const page = parseExposition(await (await fetch(`${service.adminUrl}/metrics`)).text())
    const counts = findSamples(page, 'http_server_request_duration_seconds_count')
    return Object.fromEntries(
      counts.map(({ labels, value }) => [labels['http_response_status_code'], value]),
    )
  }

  test('writes one access line a request, in the trace of its caller, as it does its other lines', async () => {
    await fetch(`${service.appUrl}/hello?token=secret`, { headers: traced })
    const { spanId } = await collector.waitFor((span) => span.kind === 'server')
    await expect
      .poll(() => linesOf(TRACE_ID))
      .toMatchObject([
        { message: 'in the handler', span_id: spanId },
        { span_id: spanId, http: { method: 'GET', status: 200 } },
      ])
    expect(JSON.stringify(service.lines)).not.toContain('secret')
  })

  test('reports a captured error once, in the trace of its request', async () => {
    await fetch(`${service.appUrl}/fails`, { headers: traced })
    const event = await sentry.waitFor((received) => received.exception !== undefined)
    expect(event.contexts?.trace?.trace_id).toBe(TRACE_ID)
    expect(event.exception?.values).toMatchObject([{ type: 'Error', value: 'planned failure' }])
  })

  test('serves health and RED metrics on the admin port', async () => {
    for (const path of ['/livez', '/readyz']) {
      expect((await fetch(`${service.adminUrl}${path}`)).status, path).toBe(200)
    }
    await expect.poll(readRequestCounts).toEqual({ '200': 1, '500': 1 })
  })

  test('ends with exit code 0 on SIGTERM, and says nothing on stderr', async () => {
    expect(await service.stop()).toEqual({ exitCode: 0, signal: null, stderr: '' })
    expect(sentry.events).toHaveLength(1)
  })
})

/** Gives what the compiler says of consumer.ts and of our own declarations. */
function typeErrors(compiler: string, resolution: 'nodenext' | 'bundler'): string[] {
  const tsc = join(folder.path, 'node_modules', compiler, 'bin/tsc')
  const kind = resolution === 'bundler' ? 'preserve' : resolution
  const words = `--noEmit --strict --skipLibCheck false --target es2024 --types node`.split(' ')
  const { stdout } = spawnSync(
    process.execPath,
    [tsc, ...words, '--module', kind, '--moduleResolution', resolution, 'consumer.ts'],
    { cwd: folder.path, encoding: 'utf8' },
  )
  return stdout.split('\n').filter((line) => /^(consumer|node_modules\/servicex\/)/.test(line))
}

function runSource(source: string): string {
  const words = ['--input-type=module', '-e', source]
  return execFileSync(process.execPath, words, {
    cwd: folder.path,
    encoding: 'utf8',
    stdio: 'pipe',
  })
}
