import { constants } from 'node:os'
import { CRASH_FLUSH_SECONDS } from '../convention/lifecycle.ts'
import type { Signal } from '../context/facts.ts'
import { flushAll, shutDown, type ShutdownParts } from './shutdown.ts'

/** What the process's end needs beside the shutdown's own parts. */
export interface ProcessEventParts extends ShutdownParts {
  /** Writes the last line of a crash, at once. */
  readonly onCrash: (error: unknown, origin: string) => void
  readonly onSignal: (signal: NodeJS.Signals) => void
}

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

/**
 * Takes over the end of the process: SIGTERM and SIGINT shut down and exit 0, a second one exits at
 * once; an uncaught exception or an unhandled rejection is told of, delivered and exits 1; a natural
 * end delivers what is left. Gives what undoes it.
 */
export function handleProcessEvents(parts: ProcessEventParts): () => void {
  let stopping = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(128 + constants.signals[signal])
    stopping = true
    parts.onSignal(signal)
    void exitAfter(shutDown(signal, parts), 0)
  }
  const onUncaught = (error: unknown, origin: string): void => {
    parts.onCrash(error, origin)
    // An app with a handler of its own has decided to live on; it is told of either way.
    if (process.listenerCount('uncaughtException') > 1) return
    void exitAfter(flushAll(parts.signals, CRASH_FLUSH_SECONDS * 1000), 1)
  }
  const onBeforeExit = once(() => void flushAll(parts.signals, parts.budgets.flushMs))
  const onExit = (): void => flushLines(parts.signals)
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal)
  process.on('uncaughtException', onUncaught)
  process.on('beforeExit', onBeforeExit)
  process.on('exit', onExit)
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal)
    process.off('uncaughtException', onUncaught)
    process.off('beforeExit', onBeforeExit)
    process.off('exit', onExit)
  }
}

async function exitAfter(work: Promise<void>, code: number): Promise<never> {
  await work
  process.exit(code)
}

/** At `exit` nothing asynchronous runs any more; the log flushes at once. */
function flushLines(signals: readonly Signal[]): void {
  for (const signal of signals) if (signal.name === 'logging') void signal.flush(0)
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    work()
  }
}
