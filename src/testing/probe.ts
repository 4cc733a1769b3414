import { randomBytes } from 'node:crypto'
import { request as openRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { PROPAGATED } from '../convention/propagation.ts'
import type { SpawnedApp } from './spawned-app.ts'

/** A request that is sent to an app, in a trace of its own. */
export interface ProbeRequest {
  readonly method?: string
  /** Path and query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The client leaves while the app is still at work on it. */
  readonly leaves: boolean
}

/** What the client knows of a request it has sent. */
export interface Probe {
  readonly traceId: string
  /** The span id the client gave itself: the parent of the app's span. */
  readonly parentSpanId: string
  /** `undefined` when the client left. */
  readonly status: number | undefined
}

/** How long a client that leaves waits at most for a line that shows the app at work. */
const AT_WORK_MS = 1000

/** Sends a request and resolves when the reply is read, or when the client has left. Rejects when there is no reply. */
export async function sendProbe(
  app: SpawnedApp,
  asked: ProbeRequest,
  timeoutMs: number,
): Promise<Probe> {
  const traceId = randomBytes(16).toString('hex')
  const parentSpanId = randomBytes(8).toString('hex')
  const atWork = asked.leaves ? untilLine(app, traceId) : undefined
  const request = openRequest({
    host: 'localhost',
    port: app.port,
    method: asked.method ?? 'GET',
    path: asked.path,
    agent: false,
    headers: { [PROPAGATED.traceparent]: `00-${traceId}-${parentSpanId}-01`, ...asked.headers },
    signal: AbortSignal.timeout(timeoutMs),
  })
  const replied = new Promise<number>((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (response) => {
      text(response).then(() => resolve(response.statusCode ?? 0), reject)
    })
  })
  request.end(asked.body)
  if (atWork === undefined) return { traceId, parentSpanId, status: await replied }
  const early = await Promise.race([replied, atWork])
  request.destroy()
  replied.catch(() => undefined)
  return { traceId, parentSpanId, status: early }
}

/** Resolves when the app has logged something in this trace: then it is at work. */
async function untilLine(app: SpawnedApp, traceId: string): Promise<undefined> {
  const logged = Promise.withResolvers<void>()
  const stop = app.onLine((line) => {
    if (line['trace_id'] === traceId) logged.resolve()
  })
  await Promise.race([logged.promise, delay(AT_WORK_MS, undefined, { ref: false })])
  stop()
  return undefined
}
