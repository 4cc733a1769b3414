import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 20

/**
 * Asks `read` until it gives something, and gives that. Rejects after `timeoutMs`, saying that
 * `what` did not arrive, or as soon as `read` throws.
 */
export async function waitFor<Value>(
  what: string,
  read: () => Value | undefined | Promise<Value | undefined>,
  timeoutMs = 20_000,
): Promise<Value> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await read()
    if (value !== undefined) return value
    if (performance.now() > deadline)
      throw new Error(`${what} did not arrive within ${timeoutMs / 1000} s`)
    await delay(POLL_MS)
  }
}
