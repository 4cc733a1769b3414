import type { OutputMode } from './check-output.ts'
import type { ReplyStore } from './reply-store.ts'

/** How a contract is served. */
export interface ServeOptions {
  /** What becomes of a reply that breaks the contract; default: `enforce` in development and tests, else `report`. */
  readonly output?: OutputMode
  /** Serves the snapshot: `true` at `/openapi.json` below the contract's base path, or at a path of one's own. */
  readonly openapi?: boolean | string
  /** The most requests that are answered at once; more are refused before anything is done for them. Default 1000. */
  readonly maxInFlight?: number
  /**
   * Where the first reply to each `Idempotency-Key` is kept, for operations that declare one; default:
   * the memory of this process. `false` where handlers recognise repetitions themselves.
   */
  readonly replies?: ReplyStore | false
  /** How often an idle event stream is given a comment; default 10 000 ms. */
  readonly heartbeatMs?: number
}
