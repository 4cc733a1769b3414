import { monotonicMs } from '../../context/clock.ts'
import { CONTRACT_HEADERS } from '../../convention/contract-wire.ts'
import { SlidingCount } from '../policies/sliding-count.ts'
import { Refusal } from './refusal.ts'

/** The most requests that are answered at once when nobody says. Source: Envoy's 1024, .NET's 1000. */
const DEFAULT_LIMIT = 1000

/** How far back it is asked whether most are refused. */
const WINDOW_MS = 1000
const BUCKETS = 10

/**
 * Keeps the requests that are answered at once below a bound, and refuses more before anything is
 * done for them: their callers may try another pod at once. When more are refused than taken, the
 * other pods fare no better, and callers are told not to try.
 */
export class Admission {
  readonly #limit: number
  readonly #taken = new SlidingCount(WINDOW_MS, BUCKETS)
  readonly #refused = new SlidingCount(WINDOW_MS, BUCKETS)
  #inFlight = 0

  constructor(limit: number = DEFAULT_LIMIT) {
    this.#limit = limit
  }

  /** Takes a request, which must be told as ended; gives the refusal of one too many. */
  enter(): Refusal | undefined {
    const now = monotonicMs()
    if (this.#inFlight < this.#limit) {
      this.#inFlight += 1
      this.#taken.add(now)
      return undefined
    }
    this.#refused.add(now)
    const isFlooded = this.#refused.total(now) > this.#taken.total(now)
    return new Refusal('overloaded', {
      detail: `${this.#limit} requests are under way`,
      headers: isFlooded
        ? { [CONTRACT_HEADERS.retrySafe]: '1', [CONTRACT_HEADERS.retryPushbackMs]: '-1' }
        : { [CONTRACT_HEADERS.retrySafe]: '1' },
    })
  }

  /** Tells that a request that was taken has its reply. */
  readonly leave = (): void => {
    this.#inFlight -= 1
  }
}
