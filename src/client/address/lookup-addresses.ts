import { Resolver } from 'node:dns/promises'
import type { FoundAddresses } from '../policies/address-book.ts'
import { isLinkLocal } from './link-local.ts'

/** A question that nobody answers in this time is asked again, once. */
const TIMEOUT_MS = 1000
const TRIES = 2

/** How a name server says that there is no address of this family. */
const NONE: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'ENODATA'])

let resolver: Resolver | undefined

/**
 * Asks the name servers for the addresses of a name that ends with a dot: no search list is walked,
 * no thread of the pool is held up. IPv6 is asked for only where there is no IPv4.
 *
 * Resolves with none when there are none; rejects when nobody answers. Link-local addresses, where
 * cloud credentials are handed out, are left out.
 */
export async function lookupAddresses(host: string): Promise<FoundAddresses> {
  resolver ??= new Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
  const asked = resolver
  const four = await answerOf(asked.resolve4(host, { ttl: true }))
  const found = four.length > 0 ? four : await answerOf(asked.resolve6(host, { ttl: true }))
  const allowed = found.filter(({ address }) => !isLinkLocal(address))
  return {
    addresses: allowed.map(({ address }) => address),
    ttlSeconds: Math.min(...allowed.map(({ ttl }) => ttl), Number.MAX_SAFE_INTEGER),
  }
}

interface AddressRecord {
  readonly address: string
  readonly ttl: number
}

async function answerOf(
  asked: Promise<readonly AddressRecord[]>,
): Promise<readonly AddressRecord[]> {
  try {
    return await asked
  } catch (error) {
    if (NONE.has((error as NodeJS.ErrnoException).code)) return []
    throw error
  }
}
