import { newTraceId } from '../context/ids.ts'
import type { FailureFacts, Notice, SignalHealth } from '../context/facts.ts'

/** How many errors may be on their way at a time. */
const MAX_PENDING = 100

/** After this long an event is not on its way any more: something that the app added to the SDK kept it back. */
const MAX_PENDING_MS = 60_000

/** What became of an error event; `dropped`: it was never sent, because Sentry had said to wait or too many were on their way. */
export type Outcome = 'delivered' | 'failed' | 'dropped'

/** An error whose event nobody has taken yet. */
export interface PendingError {
  /** 32 hex digits; Sentry takes each once. */
  readonly eventId: string
  readonly facts: FailureFacts
  /** The app dealt with it; not so a crash, and what a request or a job failed with. */
  readonly handled: boolean
  readonly timeMs: number
}

/** Knows of every error event what became of it: the SDK itself drops in silence. */
export class ErrorLedger {
  readonly #pending = new Map<string, PendingError>()
  readonly #counts = { delivered: 0, dropped: 0, failed: 0 }
  readonly #notice: Notice
  #lastSuccessMs = 0
  #up = true

  constructor(notice: Notice) {
    this.#notice = notice
  }

  get health(): SignalHealth {
    return {
      ...this.#counts,
      queued: this.#pending.size,
      lastSuccessMs: this.#lastSuccessMs,
      up: this.#up,
    }
  }

  /** Every error that is on its way, oldest first. */
  get pending(): readonly PendingError[] {
    return [...this.#pending.values()]
  }

  /** Opens an entry for an error; `undefined` when too many are on their way. */
  open(facts: FailureFacts): PendingError | undefined {
    const timeMs = Date.now()
    if (this.#pending.size >= MAX_PENDING) this.#dropKeptBack(timeMs - MAX_PENDING_MS)
    if (this.#pending.size >= MAX_PENDING) {
      this.#counts.dropped += 1
      return undefined
    }
    const pending = { eventId: newTraceId(), facts, handled: isHandled(facts), timeMs }
    this.#pending.set(pending.eventId, pending)
    return pending
  }

  /** Gives what is known of an event; `undefined` for one that an app sent by itself. */
  find(eventId: string | undefined): PendingError | undefined {
    return eventId === undefined ? undefined : this.#pending.get(eventId)
  }

  /** Forgets an error that somebody else has reported. */
  withdraw(eventId: string): void {
    this.#pending.delete(eventId)
  }

  /** Closes an entry; an event that an app sent by itself has none, and is counted too. */
  settle(eventId: string, outcome: Outcome, reason: string): void {
    this.#pending.delete(eventId)
    this.#counts[outcome] += 1
    if (outcome === 'dropped') return
    const up = outcome === 'delivered'
    if (up) this.#lastSuccessMs = Date.now()
    if (this.#up === up) return
    this.#up = up
    if (up) this.#notice('info', 'errors are delivered again', {})
    else this.#notice('warn', `errors cannot be delivered: ${reason}`, { signal: 'errors' })
  }

  #dropKeptBack(beforeMs: number): void {
    for (const { eventId, timeMs } of this.pending)
      if (timeMs < beforeMs) this.settle(eventId, 'dropped', '')
  }
}

/** Asked when the error is reported: an error that the app logs is only later what its request failed with. */
function isHandled({ severity, error, input }: FailureFacts): boolean {
  return severity !== 'fatal' && (input === undefined || input.failure !== error)
}
