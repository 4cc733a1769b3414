import type { EjectionSettings } from './ejection.ts'
import { Endpoint } from './endpoint.ts'
import type { Timing } from './timing.ts'

/** One process talks to so many pods of a target at most. Source: gRPC A68, random subsetting. */
const MAX_ENDPOINTS = 20
/** When more than this part is left alone, nobody is: then it is not the pods that are broken. Source: Envoy, "panic". */
const PANIC_SHARE = 0.5
/** An endpoint slower than this many times the median has that much more load. */
const SLOW_RATIO = 2
/** How long a median of latencies is used. */
const MEDIAN_MS = 100

/** How many endpoints of a pool are in which state. */
export type EndpointCounts = Readonly<Record<'in' | 'out' | 'due', number>>

/**
 * The endpoints of one target, and the choice between them: of two at random the one with less to
 * do, counting one that is much slower than the rest as busier.
 */
export class EndpointPool {
  readonly #settings: EjectionSettings
  readonly #timing: Pick<Timing, 'now' | 'random'>
  #endpoints: readonly Endpoint[] = []
  #median = { ms: 0, atMs: Number.NEGATIVE_INFINITY }

  constructor(settings: EjectionSettings, timing: Pick<Timing, 'now' | 'random'>) {
    this.#settings = settings
    this.#timing = timing
  }

  /** Takes the addresses that there are now: those known keep what is known of them. */
  update(origins: readonly string[]): void {
    const kept = this.#endpoints.filter(({ origin }) => origins.includes(origin))
    if (
      kept.length === this.#endpoints.length &&
      kept.length === Math.min(origins.length, MAX_ENDPOINTS)
    )
      return
    const known = new Set(kept.map(({ origin }) => origin))
    const fresh = [...new Set(origins)].filter((origin) => !known.has(origin))
    const taken = this.#shuffle(fresh).slice(0, Math.max(0, MAX_ENDPOINTS - kept.length))
    this.#endpoints = [
      ...kept,
      ...taken.map((origin) => new Endpoint(origin, this.#settings, this.#timing)),
    ]
    this.#median = { ms: 0, atMs: Number.NEGATIVE_INFINITY }
  }

  /** Gives the endpoint for an attempt that has been at `tried` before; `undefined` when there is none at all. */
  pick(tried: ReadonlySet<unknown>): Endpoint | undefined {
    const all = this.#endpoints
    if (all.length < 2) return all[0]
    const isFirst = tried.size === 0
    const usable = all.filter(({ ejection }) => ejection.state === 'in')
    if (all.length - usable.length > all.length * PANIC_SHARE) {
      return this.#pickOfTwo(untried(all, tried))
    }
    // A retry is no time to find out.
    const due = isFirst ? all.find(({ ejection }) => ejection.state === 'due') : undefined
    return due ?? this.#pickOfTwo(untried(usable, tried))
  }

  /** The endpoints that are used now. */
  get endpoints(): readonly Endpoint[] {
    return this.#endpoints
  }

  /** Says how many endpoints are in which state. */
  get counts(): EndpointCounts {
    const counts = { in: 0, out: 0, due: 0 }
    for (const { ejection } of this.#endpoints) counts[ejection.state] += 1
    return counts
  }

  #pickOfTwo(candidates: readonly Endpoint[]): Endpoint | undefined {
    const count = candidates.length
    const first = Math.floor(this.#timing.random() * count)
    if (count < 2) return candidates[first]
    const second = (first + 1 + Math.floor(this.#timing.random() * (count - 1))) % count
    const [one, other] = [candidates[first], candidates[second]]
    if (one === undefined || other === undefined) return one ?? other
    return this.#loadOf(other) < this.#loadOf(one) ? other : one
  }

  #loadOf(endpoint: Endpoint): number {
    const now = this.#timing.now()
    const median = this.#medianMs(now)
    const ratio = median > 0 ? endpoint.latency.at(now) / median : 1
    return (endpoint.pending + 1) * (ratio > SLOW_RATIO ? ratio : 1)
  }

  #medianMs(now: number): number {
    if (now - this.#median.atMs < MEDIAN_MS) return this.#median.ms
    const known = this.#endpoints
      .map(({ latency }) => latency.at(now))
      .filter((ms) => ms > 0)
      .toSorted((a, b) => a - b)
    this.#median = { ms: known[Math.floor((known.length - 1) / 2)] ?? 0, atMs: now }
    return this.#median.ms
  }

  #shuffle<Item>(items: readonly Item[]): readonly Item[] {
    return items
      .map((item) => ({ item, place: this.#timing.random() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item)
  }
}

function untried(endpoints: readonly Endpoint[], tried: ReadonlySet<unknown>): readonly Endpoint[] {
  const others = tried.size === 0 ? endpoints : endpoints.filter((endpoint) => !tried.has(endpoint))
  return others.length === 0 ? endpoints : others
}
