import { describe, expect, test } from 'vitest'
import { toInternalHostTest } from '../../src/context/outbound/internal-hosts.ts'

describe('a host of the company’s own', () => {
  test.for([
    'localhost',
    'web',
    'web-pods',
    'web.billing.svc',
    'web.billing.svc.cluster.local',
    'web.billing.svc.cluster.local.',
    'WEB.Billing.SVC',
    'postgres.internal',
    '127.0.0.1',
    '127.8.9.10',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.127.0.1',
    '[::1]',
    '::1',
    '[fd00::17]',
    'fc00::1',
    '[fe80::1%eth0]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ])('%s is one', (host) => {
    expect(toInternalHostTest([])(host)).toBe(true)
  })

  test.for([
    'example.com',
    'api.github.com',
    'svc.example.com',
    'localhost.example.com',
    '10.example.com',
    '10.1.2.3.example.com',
    '127.0.0.1.evil.example',
    '192.168.0.1.nip.io',
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '11.0.0.1',
    '[2001:db8::1]',
    '[::2]',
    '[::10]',
    'fcm.googleapis.com',
    'fd00.example.com',
    '134744072',
    '0x08080808',
    '',
  ])('%s is none', (host) => {
    expect(toInternalHostTest([])(host)).toBe(false)
  })

  test('further ones are named: a host, or all below one', () => {
    const isInternal = toInternalHostTest(['ledger.example.com', '.corp.example.com'])
    expect(isInternal('ledger.example.com')).toBe(true)
    expect(isInternal('Ledger.Example.com')).toBe(true)
    expect(isInternal('other.example.com')).toBe(false)
    expect(isInternal('sub.ledger.example.com')).toBe(false)
    expect(isInternal('a.b.corp.example.com')).toBe(true)
    expect(isInternal('corp.example.com')).toBe(false)
    expect(isInternal('evilcorp.example.com')).toBe(false)
  })

  test('the answer is the same however often it is asked, and for how many hosts', () => {
    const isInternal = toInternalHostTest([])
    for (let index = 0; index < 3000; index += 1) {
      expect(isInternal(`10.0.${index % 250}.1`)).toBe(true)
      expect(isInternal(`host-${index}.example.com`)).toBe(false)
    }
  })
})
