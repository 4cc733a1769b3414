const IPV4 = /^169\.254\./
const IPV6 = /^fe[89ab][\da-f]:/
const MAPPED_IPV4 = /^(?:0{0,4}:){0,5}:?(?:ffff:)?(?:a9fe:|169\.254\.)/
/** Names of the servers that hand out a machine's credentials. Sources: the documentation of Google Cloud, AWS and Azure. */
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'instance-data',
  'instance-data.ec2.internal',
])
/** AWS's metadata server over IPv6 is not link-local. */
const METADATA_IPV6 = 'fd00:ec2::254'

/** Says whether a host is a link-local address, or a known name of a server that hands out a machine's credentials. */
export function isLinkLocal(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
  return (
    IPV4.test(name) ||
    IPV6.test(name) ||
    MAPPED_IPV4.test(name) ||
    name === METADATA_IPV6 ||
    METADATA_NAMES.has(name)
  )
}
