import { isIP } from 'node:net'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import type { FoundCredential } from './credentials.ts'
import { toNamedUrl, toPrintable } from './host.ts'

/** Token servers that are known to be of a registry though their name does not show it. */
const KNOWN_PAIRS: Readonly<Record<string, string>> = { 'registry-1.docker.io': 'auth.docker.io' }

/** What decides whether a token server may be asked. */
export interface RealmCheck {
  readonly registry: URL
  /** As in references. */
  readonly name: string
  /** By registry, the host of its token server, as the settings name it. */
  readonly tokenHosts: Readonly<Record<string, string>>
  readonly found: FoundCredential
}

/**
 * Gives the address of the token server that a registry names.
 *
 * Throws SERVICEX_REGISTRY_UNSAFE when there are credentials to send and the server is not the registry's
 * own: neither on its host, nor on a domain above it, nor named in the settings.
 */
export function toTokenServer(realm: string, check: RealmCheck): URL {
  const { registry, name, tokenHosts, found } = check
  const url = toNamedUrl(realm, { base: registry, what: 'token server' })
  const isNamed = Object.hasOwn(tokenHosts, name) && tokenHosts[name] === url.host
  if (found.credential === undefined || isNamed || isOwn(registry, url)) return url
  throw new ServicexError('SERVICEX_REGISTRY_UNSAFE', {
    summary: `${registry.host} names the token server ${toPrintable(url)}, which is another host; nothing was sent there`,
    details: [`it would have got the credentials of ${found.source ?? 'unknown origin'}`],
    fix: `if it is right, set package.json#servicex.registryTokenHosts to {${JSON.stringify(name)}: ${JSON.stringify(url.host)}}`,
  })
}

/** `gitlab.com` gives out the tokens of `registry.gitlab.com`; the port does not matter. */
function isOwn(registry: URL, server: URL): boolean {
  if (server.hostname === registry.hostname) return true
  if (KNOWN_PAIRS[registry.hostname] === server.hostname) return true
  const isDomain = isIP(server.hostname) === 0 && server.hostname.includes('.')
  return isDomain && registry.hostname.endsWith(`.${server.hostname}`)
}
