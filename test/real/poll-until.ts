/** What to wait for, and for how long. */
export interface PollOptions {
  /** What did not happen, for the error: `redis to answer`. */
  readonly what: string
  readonly timeoutMs?: number
  readonly intervalMs?: number
}

/**
 * Calls `read` until it gives something other than `undefined`, and resolves with that.
 *
 * Rejects with what was waited for, and the last error of `read`, after `timeoutMs` (30 000).
 */
export async function pollUntil<Value>(
  read: () => Promise<Value | undefined>,
  options: PollOptions,
): Promise<Value> {
  const { what, timeoutMs = 30_000, intervalMs = 25 } = options
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  do {
    try {
      const value = await read()
      if (value !== undefined) return value
      cause = undefined
    } catch (error) {
      cause = error
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs))
  } while (performance.now() < deadline)
  throw new Error(`waited ${timeoutMs} ms for ${what} in vain`, { cause })
}
