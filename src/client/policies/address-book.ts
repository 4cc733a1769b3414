import type { ResilienceEvents } from './events.ts'
import { jitter, type Timing } from './timing.ts'

/** What a lookup found: no address is an answer as well. */
export interface FoundAddresses {
  readonly addresses: readonly string[]
  readonly ttlSeconds: number
}

/** Asks for the addresses of a name; rejects when nobody answers. */
export type Lookup = (host: string) => Promise<FoundAddresses>

const MIN_TTL_SECONDS = 5
const MAX_TTL_SECONDS = 30
const TTL_JITTER = 0.1
/** So long addresses are used that nobody can confirm. */
const STALE_MS = 300_000
/** "There is none" is believed when it was said twice, this far apart. */
const EMPTY_AGAIN_MS = 5000
/** The most that a failing lookup is repeated. */
const FAILED_WAIT_MS = 2000
const MAX_FAILED_WAIT_MS = 5000
/** A connection that fails asks at once, but no more often than this. */
const HURRY_MS = 1000

/** What an address book looks things up with. */
export interface AddressBookParts {
  readonly host: string
  readonly lookup: Lookup
  readonly timing: Pick<Timing, 'now' | 'random'>
  readonly events: ResilienceEvents
}

/**
 * The addresses of one name, kept current by those who ask: nothing runs while nobody does. One
 * lookup at a time, in the background once there is an answer; when lookups fail, the last answer
 * goes on for 5 minutes.
 */
export class AddressBook {
  readonly #parts: AddressBookParts
  #known: readonly string[] | undefined
  #confirmedAtMs = 0
  #dueAtMs = 0
  #askedAtMs = Number.NEGATIVE_INFINITY
  #emptyAtMs: number | undefined
  #failures = 0
  #underWay: Promise<void> | undefined

  constructor(parts: AddressBookParts) {
    this.#parts = parts
  }

  /** Gives the addresses: at once when any are known. Rejects when there never were any and the lookup fails. */
  read(): readonly string[] | Promise<readonly string[]> {
    const now = this.#parts.timing.now()
    const known = this.#known
    if (known === undefined || now - this.#confirmedAtMs > STALE_MS) return this.#readAnew()
    if (now >= this.#dueAtMs) this.#refresh().catch(() => undefined)
    return known
  }

  /** A connection to one of the addresses failed: they are looked up with the next call. */
  hurry(): void {
    const now = this.#parts.timing.now()
    if (now - this.#askedAtMs >= HURRY_MS && this.#failures === 0) this.#dueAtMs = now
  }

  async #readAnew(): Promise<readonly string[]> {
    await this.#refresh()
    return this.#known ?? []
  }

  #refresh(): Promise<void> {
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = undefined
    })
    return this.#underWay
  }

  async #ask(): Promise<void> {
    const { host, lookup, timing, events } = this.#parts
    this.#askedAtMs = timing.now()
    try {
      this.#take(await lookup(host))
    } catch (error) {
      this.#failures += 1
      this.#dueAtMs = timing.now() + Math.min(MAX_FAILED_WAIT_MS, FAILED_WAIT_MS * this.#failures)
      events.lookupFailed()
      throw error
    }
  }

  #take({ addresses, ttlSeconds }: FoundAddresses): void {
    const { now, random } = this.#parts.timing
    const at = now()
    this.#failures = 0
    const hasSome = this.#known !== undefined && this.#known.length > 0
    if (addresses.length === 0 && hasSome && !this.#isEmptyAgain(at)) {
      this.#dueAtMs = at + EMPTY_AGAIN_MS
      return
    }
    this.#known = addresses
    this.#confirmedAtMs = at
    const seconds = Math.min(MAX_TTL_SECONDS, Math.max(MIN_TTL_SECONDS, ttlSeconds))
    this.#dueAtMs = at + jitter(seconds * 1000, TTL_JITTER, random)
    if (addresses.length > 0) this.#emptyAtMs = undefined
  }

  #isEmptyAgain(at: number): boolean {
    this.#emptyAtMs ??= at
    return at - this.#emptyAtMs >= EMPTY_AGAIN_MS
  }
}
