/** What is known of an `Idempotency-Key`; plain data, which any store can hold. */
export interface KeptReply {
  /** A digest of the request that came first: another one with the same key is refused. */
  readonly request: string
  /** Absent while the first is at work. */
  readonly reply?: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | undefined
  }
}

/**
 * Where the first reply to each `Idempotency-Key` is kept. The default is the memory of the process;
 * one that pods share lets a repetition find its reply whichever pod it comes to.
 */
export interface ReplyStore {
  /**
   * Takes a key for the first who asks, in one step, and gives `undefined`; to all others it gives
   * what is known. A key that is taken and neither kept nor dropped frees itself after a while: its
   * pod has ended.
   */
  take(key: string, taken: KeptReply): Promise<KeptReply | undefined> | KeptReply | undefined
  /** Keeps the reply, an hour or longer. */
  keep(key: string, kept: KeptReply): Promise<void> | void
  /** Frees the key: the work failed, and may be done again. */
  drop(key: string): Promise<void> | void
}
