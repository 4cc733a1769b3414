import type { Attempt, Outcome, Send } from '../client/call/policy.ts'
import { type Behaviour, toEnded, toOutcome } from './fault.ts'
import type { Arrival } from './simulation-report.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Decides what the pod at `address` does with a request at `nowMs`. */
export type PodBehaviour = (address: string, nowMs: number) => Behaviour

/** The pods of a simulated target: they count what they are sent, and answer as they are told to. */
export class SimulatedPods {
  /** Requests in the order of their arrival. */
  readonly arrivals: Arrival[] = []
  readonly #time: VirtualTime
  readonly #behave: PodBehaviour

  constructor(time: VirtualTime, behave: PodBehaviour) {
    this.#time = time
    this.#behave = behave
  }

  readonly send: Send = (attempt) => {
    const address = new URL(attempt.origin).hostname
    this.arrivals.push({ atMs: this.#time.now(), address, isRetry: attempt.number > 1 })
    const behaviour = this.#behave(address, this.#time.now())
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const { signal } = attempt.call
    const end = (outcome: Outcome): void => {
      for (const cancel of cancels) cancel()
      resolve(outcome)
    }
    const onAbort = (): void => end(toEnded('cancelled'))
    const cancels = [
      ...this.#timers(attempt, behaviour, end),
      () => signal?.removeEventListener('abort', onAbort),
    ]
    if (signal?.aborted === true) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    return promise
  }

  #timers(
    attempt: Attempt,
    behaviour: Behaviour,
    end: (outcome: Outcome) => void,
  ): readonly (() => unknown)[] {
    const leftMs = attempt.endsAtMs - this.#time.now()
    const timeout = this.#time.after(leftMs, () => end(toEnded('deadline_exceeded')))
    if (behaviour.kind === 'hang') return [timeout]
    const tookMs = behaviour.kind === 'refuse' ? 0 : behaviour.latencyMs
    return [timeout, this.#time.after(tookMs, () => end(toOutcome(behaviour)))]
  }
}
