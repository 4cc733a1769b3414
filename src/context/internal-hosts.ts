const CACHE_HOSTS = 1000
const INTERNAL_NAME =
  /^(?:localhost|[^.:]+|.+\.(?:svc|local|internal|localhost|localdomain|test))$/i
const PRIVATE_ADDRESS =
  /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[?(?:::1|::ffff:127\.|f[cd][0-9a-f]{2}:|fe80:))/i

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
    const internal =
      INTERNAL_NAME.test(host) ||
      PRIVATE_ADDRESS.test(host) ||
      extra.some((entry) => isNamedBy(host, entry))
    if (known.size < CACHE_HOSTS) known.set(host, internal)
    return internal
  }
}

function isNamedBy(host: string, entry: string): boolean {
  return entry.startsWith('.') ? host.endsWith(entry) : host === entry
}
