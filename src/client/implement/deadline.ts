import { PROPAGATED } from '../../convention/propagation.ts'
import { type IncomingHeaders, headerOf } from './incoming-request.ts'

/** How each header spells what is left, in milliseconds; the least counts. */
const SPELLINGS: readonly (readonly [
  header: string,
  toMs: (text: string) => number | undefined,
])[] = [
  [PROPAGATED.requestTimeoutMs, fromMilliseconds],
  ['connect-timeout-ms', fromMilliseconds],
  ['x-envoy-expected-rq-timeout-ms', fromMilliseconds],
  ['grpc-timeout', fromGrpc],
]

/** Gives the milliseconds that a caller still waits for its answer; `undefined` when it does not say. */
export function readTimeLeftMs(headers: IncomingHeaders): number | undefined {
  let leastMs: number | undefined
  for (const [header, toMs] of SPELLINGS) {
    const text = headerOf(headers, header)
    const saidMs = text === undefined ? undefined : toMs(text)
    if (saidMs !== undefined && saidMs < (leastMs ?? Infinity)) leastMs = saidMs
  }
  return leastMs
}

function fromMilliseconds(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

const GRPC_UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
}

/** Source: gRPC over HTTP/2, `Timeout`. */
function fromGrpc(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? []
  return amount === undefined ? undefined : Number(amount) * (GRPC_UNIT_MS[unit] ?? 1)
}

/** The time of one request. */
export interface Deadline {
  /** Aborts when the time is up or the caller leaves. */
  readonly signal: AbortSignal
  /** Says that the time was up. */
  readonly expired: boolean
  /** Takes the limit away: the answer has begun. The caller can still leave. */
  disarm(): void
  /** Ends it: nothing aborts any more. */
  close(): void
  /** Ends it with the stream that is the reply; one that was not read to its end was left. */
  readonly end: (how: { readonly complete: boolean }) => void
}

/** The longest a timer of Node's can wait; later ones fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1

/** Opens the deadline of a request with `leftMs`, whose caller says by `left` that it has gone; must be closed. */
export function openDeadline(leftMs: number | undefined, left: AbortSignal): Deadline {
  const controller = new AbortController()
  let isExpired = false
  const onLeft = (): void => controller.abort(new DOMException('the caller has left', 'AbortError'))
  const onExpired = (): void => {
    isExpired = true
    controller.abort(new DOMException('the time the caller gave is up', 'TimeoutError'))
  }
  const timer =
    leftMs === undefined ? undefined : setTimeout(onExpired, Math.min(leftMs, TIMER_MAX_MS))
  if (left.aborted) onLeft()
  else left.addEventListener('abort', onLeft, { once: true })
  const close = (): void => {
    clearTimeout(timer)
    left.removeEventListener('abort', onLeft)
  }
  return {
    signal: controller.signal,
    get expired() {
      return isExpired
    },
    disarm: () => clearTimeout(timer),
    close,
    end: ({ complete }) => {
      close()
      if (!complete) onLeft()
    },
  }
}
