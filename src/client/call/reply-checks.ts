/** Gives what is wrong with a value: the path of the first finding and what was expected; nothing when it is right. */
export type Check = (value: unknown) => string | undefined

/** The checks of one operation's replies. */
export interface ReplyChecks {
  /** Of the whole body, or of one event. */
  readonly ok?: Check | undefined
  /** Of the data of declared errors, by code. */
  readonly errors?: Readonly<Record<string, Check | undefined>> | undefined
}

/** Gives the checks of one operation, once its first reply is on its way. */
export type ChecksOf = (operation: string) => ReplyChecks | Promise<ReplyChecks>
