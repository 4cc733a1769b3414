import { relative } from 'node:path'
import type { Check, CheckStatus } from '../convention/doctor.ts'
import { findInstalled, isAtLeast } from '../instrumentation/installed-package.ts'
import { findCopies, type InstalledCopy } from './installed-copies.ts'

/** Looks for second copies of the packages of which every process should have one. */
export function checkCopies(root: string): Check[] {
  return [checkApi(root), checkPromClient(root)]
}

const API = '@opentelemetry/api'

/** Copies of the API share one global: one that is newer than servicex's, or of another major, is left out. Source: its internal/semver. */
function checkApi(root: string): Check {
  const copies = findCopies(API, root)
  const own = findInstalled(API, import.meta.dirname)?.version
  const major = own?.split('.')[0]
  const lost = copies.filter(
    ({ version }) =>
      own !== undefined && (version.split('.')[0] !== major || !isAtLeast(own, version)),
  )
  if (lost.length > 0)
    return toCheck(API, 'fail', {
      message: `${listed(lost, root)} cannot share spans with servicex's ${own}: what its users record is lost`,
      fix: `have all of them use ${API} ${own} (npm: "overrides")`,
    })
  return toCheck(API, 'pass', { message: `${listed(copies, root)}: they share one global` })
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
