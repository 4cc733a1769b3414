import tls from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { type TlsRegistry, openTlsRegistry } from '../../fakes/tls-registry.ts'
import { describeReal } from '../../real/describe-real.ts'
import { openTestClient } from './test-client.ts'

describeReal('a registry with TLS', 'openssl', openTlsRegistry, (registry) => {
  test('whose certificate nobody knows gets nothing, and the error says what to set', async () => {
    await expect(resolve(registry())).rejects.toMatchObject({
      code: 'SERVICEX_REGISTRY_UNREACHABLE',
      fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
    expect(registry().seen).toEqual([])
  })

  test('is spoken to over TLS, though loopback may be without', async () => {
    const known = tls.getCACertificates('default')
    onTestFinished(() => tls.setDefaultCACertificates(known))
    tls.setDefaultCACertificates([...known, registry().certificate])
    expect(await resolve(registry())).toBeUndefined()
    expect(registry().seen).toEqual(['/v2/app/manifests/one'])
  })
})

async function resolve({ host }: TlsRegistry): Promise<unknown> {
  const client = openTestClient()
  onTestFinished(() => client.close())
  return client.resolve({ registry: host, repository: 'app', tag: 'one' })
}
