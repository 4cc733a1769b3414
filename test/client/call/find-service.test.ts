import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findService } from '../../../src/client/address/find-service.ts'
import { ID } from '../../fixtures/client/serve-billing.ts'
import { billingClient } from '../../fixtures/client/clients/billing.js'

const PLAN = { namespace: 'billing', port: 8080, headless: true, operations: {} }
let state: string
let count = 0

/** A name that no earlier test has asked for: answers about kube dev are remembered for two seconds. */
const newPlan = (): typeof PLAN & { service: string } => ({
  ...PLAN,
  service: `billing-${(count += 1)}`,
})

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'servicex-state-'))
  vi.stubEnv('XDG_STATE_HOME', state)
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '')
})
afterEach(() => rmSync(state, { recursive: true }))

function runDev(service: string, url: string, pid = process.pid): void {
  mkdirSync(join(state, 'servicex', 'dev'), { recursive: true })
  writeFileSync(join(state, 'servicex', 'dev', `${service}.json`), JSON.stringify({ url, pid }))
}

describe('a service is found', () => {
  test('by the call, else the client, else the variable, else kube dev, else the cluster', () => {
    const plan = newPlan()
    const variable = `SERVICEX_URL_${plan.service.toUpperCase().replace('-', '_')}`
    vi.stubEnv(variable, 'http://127.0.0.1:3')
    runDev(plan.service, 'http://127.0.0.1:4')
    const urls = { callUrl: 'http://127.0.0.1:1/', clientUrl: 'http://127.0.0.1:2' }
    expect(findService(plan, urls).origin).toBe('http://127.0.0.1:1')
    expect(findService(plan, { clientUrl: urls.clientUrl }).origin).toBe('http://127.0.0.1:2')
    expect(findService(plan).origin).toBe('http://127.0.0.1:3')
    vi.stubEnv(variable, '')
    expect(findService(plan).origin).toBe('http://127.0.0.1:4')
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1')
    expect(findService(plan)).toEqual({
      origin: 'http://web-pods.billing.svc.cluster.local.:8080',
      prefix: '',
      host: 'web.billing',
    })
    expect(findService({ ...plan, headless: false }).origin).toBe(
      'http://web.billing.svc.cluster.local.',
    )
  })

  test('a kube dev that has ended is none', () => {
    const plan = newPlan()
    runDev(plan.service, 'http://127.0.0.1:4', 2 ** 30)
    expect(() => findService(plan)).toThrow('SERVICEX_CLIENT_ADDRESS')
  })

  test('nowhere: the error names the variable, and no name is looked up', () => {
    expect(() => findService({ ...PLAN, service: 'user-accounts' })).toThrow(
      /SERVICEX_URL_USER_ACCOUNTS is not set[^]*fix: set SERVICEX_URL_USER_ACCOUNTS/,
    )
  })

  test('with what stands before every path', () => {
    const found = findService(newPlan(), { clientUrl: 'https://gateway.test/billing/' })
    expect(found).toEqual({ origin: 'https://gateway.test', prefix: '/billing' })
  })
})

const REFUSED = [
  'http://169.254.169.254',
  'http://169.254.169.254:80/latest',
  'http://2852039166',
  'http://0xA9FEA9FE',
  'http://0251.0376.0251.0376',
  'http://[::ffff:169.254.169.254]',
  'http://[::ffff:a9fe:a9fe]',
  'http://[fe80::1]',
  'http://[febf::1]',
  'http://[fd00:ec2::254]',
  'http://metadata.google.internal',
  'http://METADATA.google.internal./',
  'http://user:password@host',
  'http://token@host',
  'ftp://host',
  'file:///etc/passwd',
  'javascript:alert(1)',
  '//evil',
  'evil',
  'http://',
  'http://host?x=1',
  'http://host/#x',
]

describe('an address is refused', () => {
  test.for(REFUSED)('%s', async (baseUrl) => {
    const error = await billingClient({ baseUrl })
      .getInvoice({ id: ID })
      .then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
      )
    expect(error?.message).toMatch(/^SERVICEX_CLIENT_ADDRESS/)
    expect(error?.message).not.toContain('password@')
    await expect(billingClient().getInvoice({ id: ID }, { baseUrl })).rejects.toThrow(
      'SERVICEX_CLIENT_ADDRESS',
    )
  })

  test('by the variable too', async () => {
    vi.stubEnv('SERVICEX_URL_BILLING', 'http://169.254.169.254/')
    await expect(billingClient().getInvoice({ id: ID })).rejects.toThrow(
      /SERVICEX_URL_BILLING.*link-local/,
    )
  })

  test('unless the host is allowed by name', () => {
    const options = { clientUrl: 'http://169.254.20.10:53', allowedHosts: ['169.254.20.10'] }
    expect(findService(newPlan(), options).origin).toBe('http://169.254.20.10:53')
  })
})
