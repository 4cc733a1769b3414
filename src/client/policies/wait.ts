import type { Timing } from './timing.ts'

/** Resolves after `delayMs`, or at once when `signal` aborts; says whether the time is over. */
export function waitFor(
  delayMs: number,
  signal: AbortSignal | undefined,
  timing: Pick<Timing, 'after'>,
): Promise<boolean> {
  if (signal?.aborted === true) return Promise.resolve(false)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const abort = (): void => {
    cancel()
    resolve(false)
  }
  const cancel = timing.after(delayMs, () => {
    signal?.removeEventListener('abort', abort)
    resolve(true)
  })
  signal?.addEventListener('abort', abort, { once: true })
  return promise
}
