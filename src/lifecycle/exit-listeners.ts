type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean

/** What `process` has beside its documented interface. */
interface Exiting {
  readonly emit: Emit
  /** What `process.exit` ends with, when the listeners have run. */
  readonly reallyExit: (this: unknown, code?: number) => never
}

/**
 * Runs `work` once, after every `exit` listener, those that an app adds later included: they still
 * log. Also when one of them throws or calls `process.exit` itself. Gives what undoes it.
 *
 * There is no event for it; the two functions are those that signal-exit has replaced for years.
 */
export function afterExitListeners(work: () => void): () => void {
  const process = globalThis.process as unknown as Exiting
  const { emit: originalEmit, reallyExit: originalExit } = process
  let done = false
  const runOnce = (): void => {
    if (done) return
    done = true
    work()
  }
  const emit: Emit = function (event, ...args) {
    if (event !== 'exit') return originalEmit.call(this, event, ...args)
    try {
      return originalEmit.call(this, event, ...args)
    } finally {
      runOnce()
    }
  }
  const reallyExit: Exiting['reallyExit'] = function (code) {
    runOnce()
    return originalExit.call(this, code)
  }
  Object.assign(process, { emit, reallyExit })
  return () => {
    if (process.emit === emit) Object.assign(process, { emit: originalEmit })
    if (process.reallyExit === reallyExit) Object.assign(process, { reallyExit: originalExit })
  }
}
