import { setImmediate, setTimeout } from 'node:timers'
import type { RequestFacts } from './facts.ts'
import { publishToAdded, publishToSinks } from './observer.ts'

/** How many requests are told of together at most, and how far apart: below that rate none waits beyond its turn. */
const HELD = { requests: 64, spacingMs: 5 }

let held: RequestFacts[] = []
let isDue = false
let toldAtMs = 0

/**
 * Tells the signals of a request that has ended. Requests that went well are told of some at a time, at the end of the
 * turn or, in a busy process, within 5 ms: one after the other, what the signals do costs half of what
 * it does between the parts of a server. Anything else is told of at once, and after those before it.
 */
export function publishRequest(facts: RequestFacts): void {
  publishToAdded('onRequest', facts)
  if (!isRoutine(facts)) {
    publishHeld()
    return publishToSinks('onRequest', [facts])
  }
  const count = held.push(facts)
  if (count >= HELD.requests) publishHeld()
  else if (!isDue) publishSoon()
}

/** Tells of what is held, now: before anything that is to come after it, and before it is read. */
export function publishHeld(): void {
  if (held.length === 0) return
  const requests = held
  held = []
  publishToSinks('onRequest', requests)
}

function isRoutine({ failed, failure, ownFields }: RequestFacts): boolean {
  // The app's own fields are the app's own objects: they are read before it goes on.
  return !failed && failure === undefined && ownFields === undefined
}

function publishSoon(): void {
  isDue = true
  if (performance.now() - toldAtMs < HELD.spacingMs) setTimeout(publishDue, HELD.spacingMs).unref()
  else setImmediate(publishDue)
}

function publishDue(): void {
  isDue = false
  toldAtMs = performance.now()
  publishHeld()
}
