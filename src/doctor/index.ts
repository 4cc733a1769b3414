/**
 * `servicex doctor`: looks at a service from where it runs, without starting it: its Node, its
 * packages and what will be seen of them, second copies, its settings and where each came from, and
 * whether its telemetry can be delivered from here. It is no part of the runtime and loaded by
 * nothing of it; the bin loads it when asked.
 */
import { resolve } from 'node:path'
import { readAppPackage } from '../config/app-package.ts'
import { type ConfigSource, processSource } from '../config/read-config.ts'
import type { Check, CheckStatus, Diagnosis } from '../convention/doctor.ts'
import { checkCopies } from './copy-checks.ts'
import { checkNode } from './node-checks.ts'
import { checkPackages } from './package-checks.ts'
import { checkProcess } from './process-checks.ts'
import { checkReach } from './reach-checks.ts'
import { readDeclaration } from './read-declaration.ts'
import { checkSettings } from './setting-checks.ts'

/** Looks at the service whose package.json is nearest to `cwd`. Reads, connects, and changes nothing. */
export async function diagnose(
  cwd: string,
  given: ConfigSource = processSource(),
): Promise<Diagnosis> {
  const source = { ...given, cwd: resolve(cwd), entrypoint: undefined }
  const app = readAppPackage(undefined, source.cwd)
  const found = await readDeclaration(app.root)
  const { config, checks: settings } = checkSettings(found, source)
  const checks = [
    ...checkNode(app.root),
    ...(await checkPackages(app)),
    ...checkCopies(app.root),
    ...checkProcess(),
    ...settings,
    ...(config === undefined ? [] : await checkReach(config)),
  ]
  return {
    service: config?.service.name ?? found.declaration.name ?? app.name ?? 'unnamed-service',
    environment: config?.service.environment ?? 'unknown',
    root: app.root,
    checks,
    summary: toSummary(checks),
  }
}

function toSummary(checks: readonly Check[]): Record<CheckStatus, number> {
  const summary = { pass: 0, warn: 0, fail: 0 }
  for (const { status } of checks) summary[status] += 1
  return summary
}
