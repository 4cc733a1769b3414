import { join } from 'node:path'
import {
  type CorrelatedRequest,
  type CorrelatedResult,
  type CorrelationOptions,
  expectCorrelated,
} from '../../src/testing/index.ts'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'frameworks')

/** How one of the apps of test/fixtures/frameworks is started. */
export function toCommand(file: string): Pick<CorrelationOptions, 'command' | 'cwd'> {
  return { command: [process.execPath, join(FIXTURES, file)], cwd: FIXTURES }
}

/** What every app of test/fixtures/frameworks answers. */
const COMMON: Omit<CorrelationOptions, 'command'> = {
  ok: { path: '/users/7?token=secret', status: 200, route: '/users/:id', errorType: '' },
  notFound: { path: '/nothing/here', status: 404, route: 'unmatched', errorType: '' },
  failing: { path: '/throws/sync/7', status: 500, route: '/throws/sync/:id' },
  aborted: { path: '/slow/7', status: 499, route: '/slow/:id' },
}

const MORE: readonly CorrelatedRequest[] = [
  { path: '/orgs/acme/teams/9', status: 200, route: '/orgs/:org/teams/:team', errorType: '' },
  { path: '/throws/async/7', status: 500, route: '/throws/async/:id', ...toFailure() },
  { path: '/calls/fetch/7', status: 200, route: '/calls/fetch/:id', callsNext: 1 },
  { path: '/calls/http/7', status: 200, route: '/calls/http/:id', callsNext: 1 },
]

/** What a request expects when an `InvoiceError` leads to a 500. */
export function toFailure(): Pick<CorrelatedRequest, 'status' | 'errorType' | 'errorEvents'> {
  return { status: 500, errorType: 'InvoiceError', errorEvents: 1 }
}

/** Sends an app what all apps answer alike, and `more`; resolves when all signals of each agree. */
export function correlateFixture(
  file: string,
  more: readonly CorrelatedRequest[] = [],
): Promise<CorrelatedResult[]> {
  return expectCorrelated({
    ...toCommand(file),
    ...COMMON,
    more: [...MORE, ...more],
    next: { ...toCommand('node-http.ts'), urlVariable: 'NEXT_URL' },
  })
}
