import { BlockList, isIP } from 'node:net'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { DOCKER_HUB } from '../../parse/image-reference.ts'

/** Where Docker Hub's registry answers. Source: Docker's `registry` package, config.go. */
const DOCKER_HUB_HOST = 'registry-1.docker.io'

/** Addresses of this machine and of its link: what a registry elsewhere has no reason to name. */
const LOCAL_ADDRESSES = new BlockList()
LOCAL_ADDRESSES.addSubnet('0.0.0.0', 8, 'ipv4')
LOCAL_ADDRESSES.addSubnet('127.0.0.0', 8, 'ipv4')
LOCAL_ADDRESSES.addSubnet('169.254.0.0', 16, 'ipv4')
LOCAL_ADDRESSES.addSubnet('::', 127, 'ipv6')
LOCAL_ADDRESSES.addSubnet('fe80::', 10, 'ipv6')
/** The metadata services of clouds answer here over IPv6. Source: AWS, "Instance metadata service". */
LOCAL_ADDRESSES.addAddress('fd00:ec2::254', 'ipv6')

/** Gives the address of a registry: https, and http only on loopback and for hosts that the settings name. */
export function toRegistryUrl(registry: string, insecureRegistries: readonly string[]): URL {
  const host = registry === DOCKER_HUB ? DOCKER_HUB_HOST : registry
  const url = new URL(`https://${host}`)
  const isPlain = isLoopback(url.hostname) || insecureRegistries.includes(registry)
  return isPlain ? new URL(`http://${host}`) : url
}

/** Where a registry answers. A registry that is taken for one without TLS may turn out to have it. */
export interface RegistryAddress {
  url: URL
  /** Whether it has answered as a registry does. */
  isKnown: boolean
}

/** Says whether a host name is that of this machine: `localhost`, `127.…`, `[::1]`. */
export function isLoopback(hostname: string): boolean {
  const name = bare(hostname)
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    (isIP(name) === 4 && name.startsWith('127.')) ||
    name === '::1'
  )
}

/**
 * Gives the address that a registry names, in a redirect, an upload's location or a realm.
 *
 * Throws SERVICEX_REGISTRY_UNSAFE when it is plain http though the registry is not, holds a user or
 * a password, or is an address of this machine or its link though the registry is elsewhere.
 */
export function toNamedUrl(named: string, { base, what }: NamedBy): URL {
  if (!URL.canParse(named, base.href)) throw unsafe(`a ${what} that is no address`, base)
  const url = new URL(named, base)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && base.protocol === 'http:'))
    throw unsafe(`the ${what} ${toPrintable(url)}, which is not https`, base)
  if (url.username !== '' || url.password !== '')
    throw unsafe(`a ${what} on ${url.host} with a user and a password in it`, base)
  if (isLocal(url.hostname) && !isLoopback(base.hostname) && url.hostname !== base.hostname)
    throw unsafe(`the ${what} ${toPrintable(url)}, which is an address of this machine`, base)
  return url
}

/** Who named an address, and as what. */
export interface NamedBy {
  readonly base: URL
  /** `redirect`, `upload location`, `token server`. */
  readonly what: string
}

/** Gives an address without its query: signatures and states stand there. */
export function toPrintable(url: URL): string {
  return `${url.origin}${url.pathname}`
}

function isLocal(hostname: string): boolean {
  const name = bare(hostname)
  const version = isIP(name)
  if (version === 0) return isLoopback(hostname)
  return LOCAL_ADDRESSES.check(name, version === 4 ? 'ipv4' : 'ipv6')
}

/** Without the brackets of an IPv6 address and the dot at the end of an absolute name. */
function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

function unsafe(what: string, base: URL): ServicexError {
  return new ServicexError('SERVICEX_REGISTRY_UNSAFE', {
    summary: `${base.host} names ${what}; nothing was sent there`,
    fix: 'correct the address that the registry gives for itself, or the proxy before it',
  })
}
