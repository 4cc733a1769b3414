import type { Duration } from '../contract/duration.ts'

/** What one call can be given beside its input. */
export interface CallOptions {
  /** The longest the call may take, all attempts together: `'2s'`, `'800ms'`, or milliseconds. */
  readonly deadline?: Duration
  /** Ends the call: its code is `cancelled`. */
  readonly signal?: AbortSignal | undefined
  /** Further request headers; names that frame the message or that servicex owns are refused. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** The key by which the provider recognises a repetition; made up where the contract asks for one. */
  readonly idempotencyKey?: string
  /** Where to send this call: `http://127.0.0.1:4001`. Before every other way of finding the service. */
  readonly baseUrl?: string
  /** The most attempts of this call; 1 never repeats. */
  readonly attempts?: number
  /** The most bytes of the reply's body, after decompression. Default 10 MiB. */
  readonly maxResponseBytes?: number
}
