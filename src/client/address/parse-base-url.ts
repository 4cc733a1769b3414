import { ServicexError } from '../../convention/servicex-error.ts'
import { isLinkLocal } from './link-local.ts'

/** Where calls of a service go. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string
  /** What stands before every path: empty, or `/billing`. */
  readonly prefix: string
  /** The `host` header, where it is not the origin's own. */
  readonly host?: string
}

/** Which service an address is of, and where the address comes from. */
export interface AddressSource {
  readonly service: string
  /** The option or the variable, for messages. */
  readonly from: string
  /** Hosts that may be called though they are link-local. */
  readonly allowedHosts: readonly string[]
}

/**
 * Reads an address of a service. Throws SERVICEX_CLIENT_ADDRESS for one that is no http(s) URL, holds
 * a password, a query or a fragment, or leads to a link-local address.
 */
export function parseBaseUrl(text: string, source: AddressSource): BaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // The text may hold a password: only what is wrong with it is told.
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw refused(source, 'is no http:// or https:// URL')
  if (url.username !== '' || url.password !== '')
    throw refused(source, 'holds a user name or a password')
  if (url.search !== '' || url.hash !== '') throw refused(source, 'holds a query or a fragment')
  if (isLinkLocal(url.hostname) && !source.allowedHosts.includes(url.hostname))
    throw refused(
      source,
      `leads to the link-local address ${url.hostname}, where cloud credentials are handed out`,
    )
  const prefix = url.pathname.replace(/\/+$/, '')
  // Attempts of such a name dial the addresses behind it: the server is told the name all the same.
  return url.hostname.endsWith('.')
    ? { origin: url.origin, prefix, host: url.host.replace(/\.(?=:|$)/, '') }
    : { origin: url.origin, prefix }
}

function refused({ service, from }: AddressSource, problem: string): ServicexError {
  return new ServicexError('SERVICEX_CLIENT_ADDRESS', {
    summary: `${from}, the address of service "${service}", ${problem}`,
    fix: `set ${from} to one like http://127.0.0.1:8080`,
  })
}
