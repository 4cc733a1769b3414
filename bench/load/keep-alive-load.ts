import { openConnection } from './connection.ts'

/** A closed loop of one request over some connections. */
export interface Load {
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly requests: number
  /** Further request headers, as they stand on the wire. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What a load saw. */
export interface LoadResult {
  readonly answers: number
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Latency of each answer, milliseconds, in no order. */
  readonly latenciesMs: Float64Array
  readonly wallMs: number
}

interface LoadState {
  left: number
  answers: number
  readonly statuses: Record<string, number>
  readonly latenciesMs: Float64Array
}

/**
 * Sends `requests` requests over keep-alive connections, each connection one at a time, and resolves
 * when all are answered. This process does not go to sleep meanwhile: to wake it would be done, and paid, by
 * the server that answers, and the more often the slower it is. It was two fifths of what servicex
 * seemed to cost over bare: 17 µs where it is 10 (hello, everything on).
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const { connections, requests } = load
  const latenciesMs = new Float64Array(requests)
  const state: LoadState = { left: requests, statuses: {}, latenciesMs, answers: 0 }
  const startedAt = performance.now()
  const sleep = stayAwake()
  try {
    await Promise.all(Array.from({ length: connections }, () => runConnection(load, state)))
  } finally {
    sleep()
  }
  const { answers, statuses } = state
  return { answers, statuses, latenciesMs, wallMs: performance.now() - startedAt }
}

async function runConnection(load: Load, state: LoadState): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let sentAt = 0
  const connection = await openConnection({
    port: load.port,
    path: load.path,
    headers: load.headers,
    onError: reject,
    onAnswer: (status) => {
      state.statuses[status] = (state.statuses[status] ?? 0) + 1
      state.latenciesMs[state.answers++] = performance.now() - sentAt
      sendNext()
    },
  })

  function sendNext(): void {
    if (state.left <= 0) return resolve()
    state.left -= 1
    sentAt = performance.now()
    connection.send()
  }

  sendNext()
  await promise
  connection.close()
}

/** Keeps the event loop turning until what it gives back is called. */
function stayAwake(): () => void {
  let isAwake = true
  const turn = (): void => {
    if (isAwake) setImmediate(turn)
  }
  turn()
  return () => {
    isAwake = false
  }
}
