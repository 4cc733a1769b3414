import type { ClusterClient } from './cluster-client.ts'

/** A person has pressed Ctrl-C: what cannot be given back within this ends by itself. */
const PATIENCE_MS = 3_000
const LIMIT_MS = 5_000

/** Gives the client with which something is recorded or given back after an interrupt: not aborted, and soon done. */
export function toEndingClient(client: ClusterClient): ClusterClient {
  return client.within({ signal: AbortSignal.timeout(LIMIT_MS), patienceMs: PATIENCE_MS })
}
