import type { ClientError } from './client-error.ts'
import type { ReplyHeaders } from './policy.ts'
import type { TransportCode } from './transport-code.ts'

/** An error that the contract declares. */
export interface DeclaredError<
  Code extends string,
  Data,
  Status extends number = number,
> extends ClientError {
  readonly code: Code
  readonly status: Status
  readonly data: Data
}

/** The input of an operation that takes none. */
export interface NoInput {
  readonly [name: string]: never
}

/** What can go wrong with any call. */
export interface TransportError extends ClientError {
  readonly code: TransportCode
  readonly data: undefined
}

/** A call that gave what it was made for. */
export interface Success<Data> {
  readonly ok: true
  readonly data: Data
  readonly status: number
  readonly headers: ReplyHeaders
}

/** A call that did not. */
export interface Failure<Failed> {
  readonly ok: false
  readonly error: Failed
}

/** What awaiting a call gives; it rejects only for a call that cannot be sent as it was asked for. */
export type Result<Data, Failed = TransportError> = Success<Data> | Failure<Failed>

/** A call under way. */
export interface Call<Data, Failed = TransportError> extends Promise<Result<Data, Failed>> {
  /** Resolves with the data, and rejects with the error of the result. */
  orThrow(): Promise<Data>
}

/** A call of an operation that gives many items, page by page. */
export interface PageCall<
  Page extends { readonly items: readonly unknown[] },
  Failed = TransportError,
> extends Call<Page, Failed> {
  /** Gives every item, from this page on; throws the `ClientError` of a page that fails. */
  items(): AsyncIterable<Page['items'][number]>
  /** Gives every page, from this one on; throws the `ClientError` of one that fails. */
  pages(): AsyncIterable<Page>
}

/** The data of server-sent events, for `for await`; a stream that is cut goes on where it was. Throws a `ClientError`. */
export type EventCall<Data> = AsyncIterable<Data>
