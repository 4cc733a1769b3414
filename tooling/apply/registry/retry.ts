import { setTimeout as delay } from 'node:timers/promises'

/** Time and chance, as the client takes them. */
export interface RegistryClock {
  /** Milliseconds, ever growing. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** From 0 to below 1. */
  readonly random: () => number
}

/** How often a request is tried, and how long is waited between. */
export interface RetryPolicy {
  readonly attempts: number
  readonly firstDelayMs: number
  readonly maxDelayMs: number
  /** A Retry-After beyond this fails at once. */
  readonly maxRetryAfterMs: number
}

/** The clock of the machine. */
export const SYSTEM_CLOCK: RegistryClock = {
  now: () => performance.now(),
  sleep: (ms) => delay(ms),
  random: Math.random,
}

/** Waits of at most 0.3, 0.6, 1.2, 2.4 s between five tries: a restart of a registry behind a balancer. */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 5,
  firstDelayMs: 300,
  maxDelayMs: 10_000,
  maxRetryAfterMs: 60_000,
}

/** A failure that may pass by itself: a stumble of the network or the registry. */
export class PassingFailure extends Error {
  override readonly name = 'PassingFailure'
  /** What the registry asks for. */
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options)
    this.retryAfterMs = options.retryAfterMs
  }
}

/** What `withRetry` tries by, and with which clock. */
export interface RetryOptions {
  readonly policy: RetryPolicy
  readonly clock: RegistryClock
}

/**
 * Runs `attempt` until it does not throw a `PassingFailure`, with full-jitter exponential waits.
 * Rejects with the last failure when it was tried often enough, or is to wait longer than is waited.
 */
export async function withRetry<T>(
  options: RetryOptions,
  attempt: (count: number) => Promise<T>,
): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt(count)
    } catch (error) {
      await waitToRetry(options, error, count)
    }
  }
}

/** Waits before the try after try `count`; throws `error` when there is to be none. */
export async function waitToRetry(
  { policy, clock }: RetryOptions,
  error: unknown,
  count: number,
): Promise<void> {
  if (!(error instanceof PassingFailure) || count >= policy.attempts) throw error
  if ((error.retryAfterMs ?? 0) > policy.maxRetryAfterMs) throw error
  const ceilingMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (count - 1))
  await clock.sleep(error.retryAfterMs ?? ceilingMs * clock.random())
}

/** Reads a Retry-After header, seconds or a date, as milliseconds from `nowMs` since 1970. */
export function toRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}
