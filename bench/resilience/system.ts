import type { Pods } from './fault-pods.ts'

/** How one call ended. */
export interface Ended {
  readonly ok: boolean
  /** What went wrong, in the system's own word. */
  readonly code: string
  /** Of systems that say it: the request left the process. */
  readonly sent?: boolean
  readonly retryAfterMs?: number | undefined
  readonly message?: string
}

/** What one call is given. */
export interface CallFacts {
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

/** A client of the pods, made with one of the systems that are compared; must be closed. */
export interface Caller {
  readonly get: (facts?: CallFacts) => Promise<Ended>
  readonly post: (facts?: CallFacts) => Promise<Ended>
  /** A POST with a key by which a repetition is recognised; `undefined` where there is no such thing. */
  readonly postKeyed?: (facts?: CallFacts) => Promise<Ended>
  readonly close: () => Promise<void>
}

/** One of the systems that are compared. */
export interface System {
  readonly name: string
  readonly open: (pods: Pods) => Promise<Caller> | Caller
}
