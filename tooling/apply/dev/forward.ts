import type { ForwardState } from '../../plan/dev/api.ts'

/** Passes telemetry on to another collector. */
export interface Forward {
  /** Sends a body as it came; returns at once. */
  send(path: string, delivery: ForwardedDelivery): void
  state(): ForwardState
}

/** A body as it came. */
export interface ForwardedDelivery {
  readonly body: Buffer
  readonly contentType: string
  readonly contentEncoding: string | undefined
  /** Another kube dev passed it on: it goes no further, or two of them would send it to each other for ever. */
  readonly isForwarded: boolean
}

/** What a delivery that was passed on carries. */
export const FORWARDED_HEADER = 'x-servicex-dev-forwarded'

/** More wait for a collector that is slow than can be looked at; further ones are dropped. */
const MAX_UNDER_WAY = 32
const TIMEOUT_MS = 10_000

/** Opens the way to another OTLP/HTTP collector; `headers` as in `OTEL_EXPORTER_OTLP_HEADERS`. */
export function openForward(url: string, headers: Readonly<Record<string, string>>): Forward {
  const base = url.replace(/\/+$/, '')
  const counts = { sent: 0, failed: 0 }
  let underWay = 0
  let lastError: string | undefined

  async function post(path: string, delivery: ForwardedDelivery): Promise<void> {
    const { body, contentType, contentEncoding } = delivery
    const response = await fetch(base + path, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': contentType,
        [FORWARDED_HEADER]: '1',
        ...(contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }),
      },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`answered ${response.status}`)
  }

  function fail(error: unknown): void {
    counts.failed += 1
    lastError = error instanceof Error ? toReason(error) : String(error)
  }

  return {
    send(path, delivery) {
      if (delivery.isForwarded) return undefined
      if (underWay >= MAX_UNDER_WAY) return fail(new Error(`${MAX_UNDER_WAY} deliveries wait`))
      underWay += 1
      void post(path, delivery)
        .then(() => void (counts.sent += 1), fail)
        .finally(() => void (underWay -= 1))
    },
    state: () => ({ url: base, ...counts, ...(lastError === undefined ? {} : { lastError }) }),
  }
}

function toReason(error: Error): string {
  return error.cause instanceof Error && error.cause.message !== ''
    ? error.cause.message
    : error.message
}
