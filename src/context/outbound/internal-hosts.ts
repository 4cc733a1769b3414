const CACHE_HOSTS = 1000
const INTERNAL_NAME =
  /^(?:(?!\d+$|0x)[^.:]+|.+\.(?:svc|local|internal|localhost|localdomain|test))$/
const OCTET = String.raw`\.\d{1,3}`
const PRIVATE_ADDRESS: RegExp = new RegExp(
  [
    `(?:127|10)${OCTET.repeat(3)}`,
    String.raw`(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))${OCTET.repeat(2)}`,
    String.raw`\[?(?:::1|::ffff:127${OCTET.repeat(3)}|::ffff:7f[\da-f]{2}:[\da-f]{1,4}|(?:f[cd][\da-f]{2}|fe80):[\da-f:]*(?:%\w+)?)\]?`,
  ]
    .map((pattern) => `^${pattern}$`)
    .join('|'),
)

/**
 * Makes the test for hosts that are the company's own and may see trace headers and baggage: names
 * of the cluster (one label, `.svc`, `.svc.cluster.local`), loopback and private addresses, and
 * `extra` ones, where `.example.com` stands for every host below it.
 */
export function toInternalHostTest(extra: readonly string[]): (host: string) => boolean {
  const known = new Map<string, boolean>()
  return (host) => {
    const cached = known.get(host)
    if (cached !== undefined) return cached
    const name = host.toLowerCase().replace(/\.$/, '')
    const internal =
      INTERNAL_NAME.test(name) ||
      PRIVATE_ADDRESS.test(name) ||
      extra.some((entry) => isNamedBy(name, entry.toLowerCase()))
    if (known.size < CACHE_HOSTS) known.set(host, internal)
    return internal
  }
}

function isNamedBy(host: string, entry: string): boolean {
  return entry.startsWith('.') ? host.endsWith(entry) : host === entry
}
