import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const APPS = join(import.meta.dirname, 'apps')

/** What the apps import; a service that uses servicex installs only the first. */
const PACKAGES = [
  '@opentelemetry/auto-instrumentations-node',
  '@opentelemetry/exporter-trace-otlp-proto',
  '@opentelemetry/sdk-node',
  '@sentry/node',
  'pino',
  'prom-client',
]

/** Puts the apps into a folder of their own outside of this repo, as in a service; the caller closes it. */
export function openBenchApp(): { readonly folder: string; readonly close: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'servicex-bench-'))
  cpSync(APPS, folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "name": "bench-app", "type": "module" }')
  link('servicex', ROOT)
  for (const name of PACKAGES) link(name, join(ROOT, 'node_modules', name))
  return { folder, close: () => rmSync(folder, { recursive: true }) }

  function link(name: string, target: string): void {
    const path = join(folder, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target, path)
  }
}
