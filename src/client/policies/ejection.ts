import { SlidingCount } from './sliding-count.ts'
import { jitter, type Timing } from './timing.ts'

const WINDOW_MS = 10_000
const BUCKETS = 20
/** Of so many calls in the window, half failing is enough. Source: Linkerd's unified breaker. */
const MIN_CALLS = 10
const FAILED_SHARE = 0.5
const JITTER = 0.5
/** An endpoint that has been well for so long begins anew with short times. */
const FORGIVEN_MS = 60_000

/** When an endpoint is left alone, and for how long. */
export interface EjectionSettings {
  readonly ejectAfter: number
  readonly ejectBaseMs: number
  readonly ejectCapMs: number
}

/**
 * Whether one endpoint is left alone: after some failures in a row, or when half of its calls fail.
 * When its time is over, one call may try it; the answer to that one decides.
 */
export class Ejection {
  readonly #settings: EjectionSettings
  readonly #timing: Pick<Timing, 'now' | 'random'>
  readonly #calls = new SlidingCount(WINDOW_MS, BUCKETS)
  readonly #failures = new SlidingCount(WINDOW_MS, BUCKETS)
  #inRow = 0
  #times = 0
  #untilMs: number | undefined
  #isProbed = false
  #backAtMs = Number.NEGATIVE_INFINITY

  constructor(settings: EjectionSettings, timing: Pick<Timing, 'now' | 'random'>) {
    this.#settings = settings
    this.#timing = timing
  }

  /** `in` takes calls, `out` none, `due` one that finds out. */
  get state(): 'in' | 'out' | 'due' {
    if (this.#untilMs === undefined) return 'in'
    return this.#timing.now() >= this.#untilMs && !this.#isProbed ? 'due' : 'out'
  }

  /** Notes that a call goes there; says whether it is the one that finds out. */
  begin(): boolean {
    if (this.state !== 'due') return false
    this.#isProbed = true
    return true
  }

  /**
   * Notes how a call ended, `undefined` when that says nothing of the endpoint; says whether the
   * endpoint is left alone from now on. While it is, only the call that finds out decides.
   */
  end(isFailure: boolean | undefined, isProbe: boolean): boolean {
    if (isProbe) return this.#endProbe(isFailure)
    if (isFailure === undefined || this.#untilMs !== undefined) return false
    const now = this.#timing.now()
    this.#calls.add(now)
    if (!isFailure) {
      this.#inRow = 0
      return false
    }
    this.#failures.add(now)
    this.#inRow += 1
    const isEnough = this.#inRow >= this.#settings.ejectAfter || this.#isHalfFailing(now)
    return isEnough && this.#eject(now)
  }

  #isHalfFailing(now: number): boolean {
    const calls = this.#calls.total(now)
    return calls >= MIN_CALLS && this.#failures.total(now) >= calls * FAILED_SHARE
  }

  #endProbe(isFailure: boolean | undefined): boolean {
    this.#isProbed = false
    if (isFailure === undefined) return false
    const now = this.#timing.now()
    if (isFailure) return this.#eject(now)
    this.#untilMs = undefined
    this.#backAtMs = now
    return false
  }

  #eject(now: number): true {
    if (now - this.#backAtMs > FORGIVEN_MS) this.#times = 0
    const { ejectBaseMs, ejectCapMs } = this.#settings
    const timeMs = Math.min(
      ejectCapMs,
      jitter(ejectBaseMs * 2 ** this.#times, JITTER, this.#timing.random),
    )
    this.#untilMs = now + timeMs
    this.#backAtMs = this.#untilMs
    this.#times += 1
    this.#inRow = 0
    this.#calls.clear()
    this.#failures.clear()
    return true
  }
}
