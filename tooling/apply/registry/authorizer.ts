import type { TokenAsker } from './bearer-token.ts'
import { readBearerToken, toBasic } from './bearer-token.ts'
import type { Challenge } from './challenge.ts'
import type { CredentialStore, FoundCredential } from './credentials.ts'
import type { RegistryAddress } from './host.ts'
import type { Scope } from './scope.ts'
import { covers, joinScopes, toScopeText } from './scope.ts'
import { toTokenServer } from './token-server.ts'

/** Knows what to put into the Authorization header of requests to one registry. */
export interface Authorizer {
  /** Gives the header of what is known so far; nothing is asked. */
  readonly known: (scopes: readonly Scope[]) => string | undefined
  /**
   * Gives the header that answers a challenge, or `undefined` when there is nothing to answer with.
   * Requests that are challenged at the same time share one token. `used` is the header that was refused.
   */
  readonly answer: (refusal: Refusal) => Promise<string | undefined>
  /** Who we are for these scopes, for errors. */
  readonly found: (scopes: readonly Scope[]) => Promise<FoundCredential>
}

/** A request that a registry did not allow. */
export interface Refusal {
  readonly challenge: Challenge
  readonly scopes: readonly Scope[]
  readonly used: string | undefined
}

/** What an authorizer works with. */
export interface AuthorizerOptions extends TokenAsker {
  /** As in references, and as an address. */
  readonly registry: string
  readonly address: RegistryAddress
  readonly credentials: CredentialStore
  readonly tokenHosts: Readonly<Record<string, string>>
}

/** A token is renewed so long before its end, or at its half. */
const RENEWAL_MS = 10_000

interface Held {
  readonly scopes: readonly Scope[]
  readonly header: string
  readonly untilMs: number
}

/** Opens the authorizer of one registry. Nothing is read or asked before the first challenge. */
export function openAuthorizer(options: AuthorizerOptions): Authorizer {
  const { registry, credentials, clock } = options
  let held: readonly Held[] = []
  const pending = new Map<string, Promise<string | undefined>>()

  const known = (scopes: readonly Scope[]): string | undefined => {
    held = held.filter(({ untilMs }) => clock.now() < untilMs)
    return held.find((one) => covers(one.scopes, scopes))?.header
  }
  const found = (scopes: readonly Scope[]): Promise<FoundCredential> =>
    credentials.find({ registry, repository: scopes[0]?.repository ?? '' })

  const renew = async ({ challenge, scopes }: Refusal): Promise<string | undefined> => {
    const granted = await toGrant(options, challenge, { scopes, found: await found(scopes) })
    if (granted !== undefined) held = [{ ...granted, scopes }, ...held]
    return granted?.header
  }

  return {
    known,
    found,
    answer: (refusal) => {
      const current = known(refusal.scopes)
      if (current !== undefined && current !== refusal.used) return Promise.resolve(current)
      held = held.filter(({ header }) => header !== refusal.used)
      const key = refusal.scopes.map(toScopeText).join(' ')
      const waiting = pending.get(key)
      if (waiting !== undefined) return waiting
      const renewing = renew(refusal).finally(() => pending.delete(key))
      pending.set(key, renewing)
      return renewing
    },
  }
}

interface Wish {
  readonly scopes: readonly Scope[]
  readonly found: FoundCredential
}

async function toGrant(
  options: AuthorizerOptions,
  challenge: Challenge,
  { scopes, found }: Wish,
): Promise<Omit<Held, 'scopes'> | undefined> {
  const { credential } = found
  if (credential?.kind === 'registry-token')
    return { header: `Bearer ${credential.token}`, untilMs: Infinity }
  if (challenge.scheme === 'basic') {
    const header = toBasic(credential)
    return header === undefined ? undefined : { header, untilMs: Infinity }
  }
  const { registry, address, tokenHosts, clock, redactor } = options
  const server = toTokenServer(challenge.realm, {
    registry: address.url,
    name: registry,
    tokenHosts,
    found,
  })
  const call = { server, challenge, scopes: joinScopes(challenge.scope, scopes), found }
  const { token, lifetimeMs } = await readBearerToken(options, call)
  redactor.add(token)
  const untilMs = clock.now() + Math.max(lifetimeMs - RENEWAL_MS, lifetimeMs / 2)
  return { header: `Bearer ${token}`, untilMs }
}
