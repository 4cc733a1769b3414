/** Signals of the person who ends a session. */
export interface Interrupts {
  /** Resolves at the first. */
  readonly first: Promise<void>
  /** Calls `listener` at the second. */
  onSecond(listener: () => void): void
  close(): void
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** npm and the terminal both pass Ctrl-C on: two signals within this time are one. */
const SAME_MS = 500

/** Listens for Ctrl-C and its like; whoever opened it closes it. */
export function openInterrupts(): Interrupts {
  let firstMs: number | undefined
  let onSecond: (() => void) | undefined
  const { promise, resolve } = Promise.withResolvers<void>()
  const listener = (): void => {
    if (firstMs === undefined) {
      firstMs = performance.now()
      resolve()
    } else if (performance.now() - firstMs > SAME_MS) onSecond?.()
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return {
    first: promise,
    onSecond: (given) => void (onSecond = given),
    close() {
      for (const signal of SIGNALS) process.off(signal, listener)
    },
  }
}
