import { ADMIN_PATHS } from '../../../src/convention/ports.ts'
import type { ClusterClient } from '../cluster/cluster-client.ts'

/** Whose metrics are read. */
export interface PagePlace {
  readonly client: ClusterClient
  readonly app: string
  readonly pod: string
  readonly port: number
  readonly signal: AbortSignal
}

/** A page of metrics, or why there is none. */
export type PageAnswer =
  | { readonly kind: 'page'; readonly text: string }
  /** The account has not the right. */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'failed'; readonly reason: string }

/** Longer pages are left alone. */
const MAX_BYTES = 4 * 1024 * 1024

/** The watch goes on after this, whatever the pod does. */
const PATIENCE_MS = 4_000

/** Reads `/metrics` of a pod through the API server, once. Never rejects but for the signal. */
export async function readPage(place: PagePlace): Promise<PageAnswer> {
  const { app, client, pod, port, signal } = place
  const patience = AbortSignal.timeout(PATIENCE_MS)
  try {
    const { body, status } = await client.anyAnswer({
      method: 'GET',
      path: `/api/v1/namespaces/${app}/pods/${encodeURIComponent(pod)}:${port}/proxy${ADMIN_PATHS.metrics}`,
      // The other format has exemplars, which nobody looks at here.
      accept: 'text/plain;version=0.0.4',
      timeoutMs: PATIENCE_MS,
      signal: AbortSignal.any([signal, patience]),
    })
    if (status === 200) return await readBounded(body)
    body.destroy()
    return status === 403
      ? { kind: 'forbidden' }
      : { kind: 'failed', reason: `/metrics answered ${status}` }
  } catch (error) {
    signal.throwIfAborted()
    const reason = patience.aborted ? 'it took too long' : (error as Error).message
    return { kind: 'failed', reason: `/metrics cannot be read: ${reason}` }
  }
}

async function readBounded(
  body: AsyncIterable<Buffer> & { destroy(): unknown },
): Promise<PageAnswer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) {
      body.destroy()
      return { kind: 'failed', reason: `/metrics is longer than ${MAX_BYTES} bytes` }
    }
    chunks.push(chunk)
  }
  return { kind: 'page', text: Buffer.concat(chunks).toString('utf8') }
}
