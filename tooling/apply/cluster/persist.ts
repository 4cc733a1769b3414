import { setTimeout as delay } from 'node:timers/promises'
import { ServicexError } from '../../../src/convention/servicex-error.ts'
import { ApiError } from './api-error.ts'

/** How long, and how, a request is tried again. */
export interface Persistence {
  /** How long it is tried while the server cannot be reached, milliseconds. Default 60 000. */
  readonly patienceMs?: number
  /** Ends every wait as soon as it is aborted; a write that is under way is given a moment to end. */
  readonly signal?: AbortSignal | undefined
  /** Waits; given in tests. */
  readonly sleep?: (ms: number) => Promise<void>
  readonly now?: () => number
  /** Is told, once a request, why there is no answer after 3 s. */
  readonly onWait?: (reason: string) => void
}

/** The one thing that is tried. */
export interface Attempt<Result> {
  readonly isWrite: boolean
  /** It may be sent again though it may have been carried out. */
  readonly isRepeatable: boolean
  /** Calls `onAnswer` as soon as the server has answered. */
  readonly run: (onAnswer: () => void) => Promise<Result>
}

/** An answer that may be another one later. */
export class PassingError extends Error {
  readonly pauseMs: number | undefined

  constructor(cause: unknown, pauseMs?: number) {
    super('it may pass', { cause })
    this.pauseMs = pauseMs
  }
}

const PATIENCE_MS = 60_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000
const SILENCE_MS = 3_000
/** A write whose answer is not awaited leaves open whether it was carried out. */
const WRITE_GRACE_MS = 2_000

const PASSING_CODE =
  /^(?:ECONN(?:RESET|REFUSED|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE|HPE_.*|ERR_PROXY_.*)$/

/**
 * Tries again while that can help and may be done, pausing longer each time. Rejects with the signal's
 * reason, with the ApiError of the last answer, or with SERVICEX_CLUSTER_UNREACHABLE.
 */
export async function persist<Result>(
  attempt: Attempt<Result>,
  options: Persistence,
): Promise<Result> {
  const { now = Date.now, patienceMs = PATIENCE_MS, signal } = options
  const endMs = now() + patienceMs
  const telling = openTelling(options.onWait)
  const graceMs = attempt.isWrite ? WRITE_GRACE_MS : 0
  try {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      signal?.throwIfAborted()
      const tried = await settle(untilAborted(attempt.run(telling.hush), { signal, graceMs }))
      if ('result' in tried) return tried.result
      signal?.throwIfAborted()
      const passing = toPassing(tried.error, attempt.isRepeatable)
      if (passing === undefined) throw toFailure(tried.error)
      const wait = passing.pauseMs ?? pauseMs
      if (now() + wait > endMs) throw toFailure(passing.cause)
      telling.because(passing.cause)
      await pause(wait, options)
    }
  } finally {
    telling.end()
  }
}

async function settle<Result>(
  work: Promise<Result>,
): Promise<{ readonly result: Result } | { readonly error: unknown }> {
  try {
    return { result: await work }
  } catch (error) {
    return { error }
  }
}

/** Gives what `work` gives; rejects with the signal's reason `graceMs` after that is aborted. */
export async function untilAborted<Result>(
  work: Promise<Result>,
  { signal, graceMs }: { readonly signal: AbortSignal | undefined; readonly graceMs: number },
): Promise<Result> {
  if (signal === undefined) return work
  const { promise, reject } = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const give = (): void => {
    timer = setTimeout(() => reject(signal.reason as Error), graceMs)
  }
  if (signal.aborted) give()
  signal.addEventListener('abort', give, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', give)
  }
}

interface Telling {
  /** There is an answer: nothing is waited for. */
  readonly hush: () => void
  readonly because: (error: unknown) => void
  readonly end: () => void
}

function openTelling(onWait: Persistence['onWait']): Telling {
  let reason: string | undefined = 'no answer yet'
  const timer = setTimeout(() => {
    if (reason !== undefined) onWait?.(reason)
  }, SILENCE_MS)
  return {
    hush: () => void (reason = undefined),
    because: (error) => void (reason = toReason(error)),
    end: () => clearTimeout(timer),
  }
}

async function pause(ms: number, { signal, sleep }: Persistence): Promise<void> {
  if (sleep !== undefined) return sleep(ms)
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** A refused connection and a 429 were not carried out; anything else may have been. */
function toPassing(error: unknown, isRepeatable: boolean): PassingError | undefined {
  if (error instanceof PassingError) {
    const isRefused = error.cause instanceof ApiError && error.cause.status === 429
    return isRepeatable || isRefused ? error : undefined
  }
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const isCut = error instanceof SyntaxError
  if (!isCut && !PASSING_CODE.test(code)) return undefined
  return isRepeatable || code === 'ECONNREFUSED' ? new PassingError(error) : undefined
}

function toFailure(error: unknown): unknown {
  const cause = error instanceof PassingError ? error.cause : error
  if (cause instanceof ApiError || ServicexError.is(cause)) return cause
  return new ServicexError('SERVICEX_CLUSTER_UNREACHABLE', {
    summary: `the API server cannot be reached: ${toReason(cause)}`,
    fix: 'check the network, the proxy and the server of the context',
    cause,
  })
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
