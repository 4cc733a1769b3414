import { constants } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { CRASH_FLUSH_SECONDS } from '../convention/lifecycle.ts'
import { isError, messageOf } from '../convention/error-record.ts'
import { cutShort } from '../context/operation/cut-short.ts'
import type { Delivery, Signal } from '../context/facts.ts'
import { afterExitListeners } from './exit-listeners.ts'
import { watchStopSignals } from './foreign-handlers.ts'
import { flushAll, flushLines, hasRunOut } from './flush.ts'
import { deliverLast } from './last-delivery.ts'
import { shutDown, type ShutdownParts } from './shutdown.ts'

/** What the process's end needs beside the shutdown's own parts. */
export interface ProcessEventParts extends ShutdownParts {
  /** Writes the last line of a crash, at once. */
  readonly onCrash: (error: Error, origin: string) => void
  readonly onSignal: (signal: NodeJS.Signals) => void
}

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const
const CRASH_FLUSH_MS = CRASH_FLUSH_SECONDS * 1000

/**
 * Takes over the end of the process: SIGTERM and SIGINT shut down and exit 0, a second one exits at
 * once; an uncaught exception or an unhandled rejection is told of, delivered and exits 1; a natural
 * end and `process.exit` deliver what is left. In a worker thread an exception is told of and goes on
 * to its parent, whose process it is. Gives what undoes it.
 */
export function handleProcessEvents(parts: ProcessEventParts): () => void {
  let ending = false
  let done = false
  const exitAfter = async (work: Promise<void>, code: number): Promise<never> => {
    await work
    done = true
    process.exit(code)
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    if (ending) {
      done = true
      process.exit(128 + constants.signals[signal])
    }
    ending = true
    parts.onSignal(signal)
    void exitAfter(shutDown(signal, parts), 0)
  }
  const onUncaught = (thrown: unknown, origin: string): void => {
    tellOfCrash(parts, thrown, origin)
    // An app with a handler of its own has decided to live on; it is told of either way.
    if (process.listenerCount('uncaughtException') > 1) return
    void exitAfter(flushAll(parts.signals, CRASH_FLUSH_MS, parts.notice), 1)
  }
  const onBeforeExit = (): void => {
    process.off('beforeExit', onBeforeExit)
    void flushAll(parts.signals, parts.budgets.flushMs, parts.notice)
  }
  const onMonitor = (thrown: unknown, origin: string): void => tellOfCrash(parts, thrown, origin)
  const stopSignals = isMainThread ? STOP_SIGNALS : []
  for (const signal of stopSignals) process.on(signal, onSignal)
  if (isMainThread) process.on('uncaughtException', onUncaught)
  else process.on('uncaughtExceptionMonitor', onMonitor)
  process.on('beforeExit', onBeforeExit)
  const undoWatch = watchStopSignals(stopSignals, parts.notice)
  const undoExit = afterExitListeners(() => endNow(parts, done))
  return () => {
    for (const signal of stopSignals) process.off(signal, onSignal)
    process.off('uncaughtException', onUncaught)
    process.off('uncaughtExceptionMonitor', onMonitor)
    process.off('beforeExit', onBeforeExit)
    undoWatch()
    undoExit()
  }
}

function tellOfCrash(parts: ProcessEventParts, thrown: unknown, origin: string): void {
  const error = isError(thrown) ? thrown : toError(thrown)
  parts.readiness.withdraw(`ending: ${origin}`)
  parts.onCrash(error, origin)
  cutShort(error)
}

/** What was thrown and is no Error says nothing of the place it came from. */
function toError(thrown: unknown): Error {
  const error = new Error(messageOf(thrown), { cause: thrown })
  error.name = `thrown ${thrown === null ? 'null' : typeof thrown}`
  error.stack = `${error.name}: ${error.message}`
  return error
}

/** Only synchronous code runs any more. What is left goes out, unless it has had its time. */
function endNow({ signals, notice }: ProcessEventParts, done: boolean): void {
  if (!done) cutShort()
  flushLines(signals)
  if (done || hasRunOut()) return
  const deliveries = signals.flatMap(undeliveredOf)
  if (deliverLast(deliveries, CRASH_FLUSH_MS)) return
  notice('warn', 'the process ended before its last errors and spans were delivered', {})
  flushLines(signals)
}

function undeliveredOf(signal: Signal): readonly Delivery[] {
  try {
    return signal.undelivered?.() ?? []
  } catch {
    // What cannot be spelled is not to keep the rest.
    return []
  }
}
