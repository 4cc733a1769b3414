import { Ejection, type EjectionSettings } from './ejection.ts'
import { Latency } from './latency.ts'
import type { Timing } from './timing.ts'

/** A failure counts as so long: one that fails at once must not look fast. Source: Linkerd's penalty peak EWMA. */
const PENALTY_MS = 1000

/** One address of a target, and how it has done. */
export class Endpoint {
  readonly origin: string
  readonly ejection: Ejection
  readonly latency: Latency = new Latency()
  #pending = 0
  /** The first success holds the time to load code and to connect: it says nothing of the next. */
  #isCold = true

  constructor(origin: string, settings: EjectionSettings, timing: Pick<Timing, 'now' | 'random'>) {
    this.origin = origin
    this.ejection = new Ejection(settings, timing)
  }

  /** Attempts under way there. */
  get pending(): number {
    return this.#pending
  }

  /** Notes that an attempt goes there; what it gives back is told the end, and says whether the endpoint is left alone now. */
  begin(timing: Pick<Timing, 'now'>): (isFailure: boolean | undefined) => boolean {
    const startedAtMs = timing.now()
    const isProbe = this.ejection.begin()
    this.#pending += 1
    return (isFailure) => {
      this.#pending -= 1
      const now = timing.now()
      const tookMs = now - startedAtMs
      if (isFailure === false && this.#isCold) {
        this.#isCold = false
      } else if (isFailure !== undefined) {
        this.latency.add(isFailure ? Math.max(tookMs, PENALTY_MS) : tookMs, now)
      }
      return this.ejection.end(isFailure, isProbe)
    }
  }
}
