import { type GoldenPair, INTEGER, facts, object } from './golden-pair.ts'

/** Errors, what an operation promises, and the service. */
export const PROMISE_PAIRS: readonly GoldenPair[] = [
  facts(
    'an error is gone',
    [{ errors: { not_found: { status: 404 } } }, { errors: {} }],
    ['breaking error-removed error not_found'],
  ),
  facts(
    'a further error',
    [{ errors: {} }, { errors: { not_found: { status: 404 } } }],
    ['warning error-added error not_found'],
  ),
  {
    ...facts(
      'a further error, and a caller has no branch for it',
      [{ errors: {} }, { errors: { not_found: { status: 404 } } }],
      ['breaking error-added-unhandled error not_found'],
    ),
    used: [{ operation: 'getThing' }, { operation: 'getThing', handlesUnknownErrors: false }],
  },
  facts(
    'an error of another class',
    [{ errors: { busy: { status: 409 } } }, { errors: { busy: { status: 503 } } }],
    ['breaking error-status-class-changed error busy'],
  ),
  facts(
    'an error of another status',
    [{ errors: { gone: { status: 404 } } }, { errors: { gone: { status: 410 } } }],
    ['warning error-status-changed error gone'],
  ),
  facts(
    'an error without its data',
    [
      { errors: { quota: { status: 422, data: object({ limit: INTEGER }) } } },
      { errors: { quota: { status: 422 } } },
    ],
    ['breaking error-data-removed error quota'],
  ),
  facts(
    'an error with data',
    [
      { errors: { quota: { status: 422 } } },
      { errors: { quota: { status: 422, data: object({}) } } },
    ],
    ['info error-data-added error quota'],
  ),
  facts(
    'an error whose data changed',
    [
      { errors: { quota: { status: 422, data: object({ limit: INTEGER }) } } },
      { errors: { quota: { status: 422, data: object({}) } } },
    ],
    ['breaking response-property-removed error quota .limit'],
  ),
  facts(
    'an error by the name of a member of every object',
    [{ errors: { constructor: { status: 404 } } }, { errors: {} }],
    ['breaking error-removed error constructor'],
  ),
  facts(
    'the key no longer helps',
    [{ idempotency: 'key' }, { idempotency: 'none' }],
    ['breaking idempotency-lost'],
  ),
  facts(
    'repeating needs a key now',
    [{ idempotency: 'idempotent' }, { idempotency: 'key' }],
    ['breaking idempotency-lost'],
  ),
  facts(
    'it may be repeated',
    [{ idempotency: 'none' }, { idempotency: 'key' }],
    ['info idempotency-gained'],
  ),
  facts('less time', [{ timeoutMs: 800 }, { timeoutMs: 500 }], ['breaking timeout-lowered']),
  facts('less time than the default', [{}, { timeoutMs: 800 }], ['breaking timeout-lowered']),
  facts('more time', [{ timeoutMs: 500 }, { timeoutMs: 800 }], ['info timeout-raised']),
  {
    ...facts(
      'more time than a caller waits',
      [{ timeoutMs: 500 }, { timeoutMs: 800 }],
      ['warning timeout-above-deadline'],
    ),
    used: [{ operation: 'getThing', deadlineMs: 600 }],
  },
  {
    title: 'another name of the service',
    before: {},
    after: { service: { name: 'items' } },
    findings: ['breaking service-renamed'],
  },
  {
    title: 'another port of the pods',
    before: {},
    after: { service: { port: 9090 } },
    findings: ['breaking service-port-changed'],
  },
  {
    title: 'no headless Service',
    before: {},
    after: { service: { headless: false } },
    findings: ['warning service-headless-lost'],
  },
  {
    title: 'another version',
    before: {},
    after: { version: 2 },
    findings: ['info contract-version-changed'],
  },
]
