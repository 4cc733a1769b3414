import { afterAll, beforeAll, expect, test } from 'vitest'
import { toDescription } from '../../../src/describe/to-description.ts'
import { toRecordMaps } from '../../../tooling/apply/deploy/record-maps.ts'
import type { ExceptionSettings } from '../../../tooling/parse/rule-settings.ts'
import { type Company, openCompany } from '../deploy/company.ts'

let company: Company
let folder: string
beforeAll(async () => {
  company = await openCompany()
  const settings = company.settings({ environments: { production: { context: 'acme' } } })
  folder = company.openFolder({ name: 'shop', servicex: settings })
  deployed('shop', { rule: 'one-logger', owner: 'ann', until: soon(40) })
  deployed('till', { rule: 'no-latest', owner: 'bob', until: soon(3), path: 'kube/db.yaml' })
})
afterAll(() => company.close())

function soon(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

function deployed(name: string, exception: Omit<ExceptionSettings, 'reason'>): void {
  const exceptions = [{ ...exception, reason: 'it is being moved away' }]
  const maps = toRecordMaps({
    description: toDescription({ name }, 'x'),
    revision: 'a'.repeat(40),
    record: {
      version: 1,
      overrides: [],
      clients: [],
      convention: { severities: [], exceptions, breaches: [] },
    },
  })
  const metadata = { name, labels: { 'app.kubernetes.io/managed-by': 'kube' } }
  company.api.store.put(`/api/v1/namespaces/${name}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata,
  })
  for (const map of maps)
    company.api.store.put(`/api/v1/namespaces/${name}/configmaps/${map.metadata.name}`, map)
}

/** Refuses requests whose path matches, while `run` lasts. */
async function forbidding<Value>(pattern: RegExp, run: () => Promise<Value>): Promise<Value> {
  company.api.fault = ({ path }) =>
    pattern.test(path) ? { kind: 'status', status: 403 } : undefined
  try {
    return await run()
  } finally {
    company.api.fault = undefined
  }
}

test('--all lists what every deployed app is permitted, with owners and last days', async () => {
  const { exitCode, stdout } = await company.kube(folder, 'exceptions', '--all')
  expect(stdout).toBe(
    [
      'production  shop aaaaaaaaaaaa',
      `  one-logger  until ${soon(40)}, 40 days left  ann: it is being moved away`,
      'production  till aaaaaaaaaaaa',
      `  no-latest  until ${soon(3)}, 3 days left  bob: it is being moved away (kube/db.yaml)`,
      '',
    ].join('\n'),
  )
  expect(exitCode).toBe(0)
})

test('--json is one object, of one environment when it is named', async () => {
  const { stdout } = await company.kube(folder, 'prod', 'exceptions', '--all', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    environments: [
      {
        environment: 'production',
        unread: [],
        apps: [
          { app: 'shop', exceptions: [{ rule: 'one-logger', state: 'active' }] },
          { app: 'till' },
        ],
      },
    ],
  })
})

test('a namespace that may not be read is named; the others are listed', async () => {
  const { stdout } = await forbidding(/^\/api\/v1\/(?:configmaps$|namespaces\/till\/)/, () =>
    company.kube(folder, 'exceptions', '--all'),
  )
  expect(stdout).toContain('one-logger')
  expect(stdout).toContain('production  till was not read: these credentials may not\n')
})

test('without the right to list namespaces there is the own one, and it is said', async () => {
  const { stdout } = await forbidding(/^\/api\/v1\/(?:configmaps|namespaces)$/, () =>
    company.kube(folder, 'exceptions', '--all'),
  )
  expect(stdout).toContain('production  shop')
  expect(stdout).not.toContain('till')
  expect(stdout).toContain('other namespaces were not read: these credentials may not list them')
})

test('one that has ended exits 3; what is none is left out', async () => {
  deployed('late', { rule: 'one-logger', owner: 'eve', until: '2026-01-31' })
  company.api.store.put('/api/v1/namespaces/odd/configmaps/x', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x', namespace: 'odd', labels: { 'servicex.dev/record': 'exceptions' } },
    data: { exceptions: '[{"rule":1},{' },
  })
  const { exitCode, stdout } = await company.kube(folder, 'prod', 'exceptions', '--all')
  expect(stdout).toContain('eve: it is being moved away')
  expect(exitCode).toBe(3)
})
