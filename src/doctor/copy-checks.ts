import { relative } from 'node:path'
import type { Check, CheckStatus } from '../convention/doctor.ts'
import { OTEL_API_VERSION } from '../convention/version.ts'
import { findCopies, type InstalledCopy } from './installed-copies.ts'

/** Looks for second copies of the packages of which every process should have one. */
export function checkCopies(root: string): Check[] {
  return [checkApi(root), checkPromClient(root)]
}

const API = '@opentelemetry/api'

/** Copies of the API share one global, which some leave alone. */
function checkApi(root: string): Check {
  const copies = findCopies(API, root)
  const lost = copies.filter(({ version }) => !canShare(version))
  if (lost.length > 0)
    return toCheck(API, 'fail', {
      message: `${listed(lost, root)} cannot share spans with servicex's ${OTEL_API_VERSION}: what its users record is lost`,
      fix: `have all of them use ${API} ${OTEL_API_VERSION} (npm: "overrides")`,
    })
  return toCheck(API, 'pass', { message: `${listed(copies, root)}: they share one global` })
}

/** A copy takes what another one of its major registered, if that is of the same minor or a later one. Source: the API's internal/semver. */
function canShare(version: string): boolean {
  const [ownMajor = 0, ownMinor = 0] = toNumbers(OTEL_API_VERSION)
  const [major, minor = 0] = toNumbers(version)
  return major === ownMajor && minor <= ownMinor
}

function toNumbers(version: string): number[] {
  return version.split('.').map(Number)
}

function checkPromClient(root: string): Check {
  const copies = findCopies('prom-client', root)
  if (copies.length < 2)
    return toCheck('prom-client', 'pass', { message: listed(copies, root) || 'none in the app' })
  return toCheck('prom-client', 'warn', {
    message: `${listed(copies, root)}: metrics made with another copy than servicex's are not on /metrics`,
    fix: 'npm dedupe prom-client, or declare metrics with counter(), gauge() and histogram() of servicex',
  })
}

function toCheck(
  name: string,
  status: CheckStatus,
  found: { readonly message: string; readonly fix?: string },
): Check {
  return { category: 'copies', name, status, ...found }
}

function listed(copies: readonly InstalledCopy[], root: string): string {
  return copies
    .map(({ version, folder }) => `${version} (${relative(root, folder) || folder})`)
    .join(', ')
}
