import type { log } from '../../logging/log.ts'
import type {
  Contract,
  Decoded,
  ErrorsOf,
  ReplyOf,
  ServerEvent,
} from '../contract/contract-types.ts'
import type { FileType } from '../contract/file.ts'
import type { OperationTable } from '../contract/operation.ts'
import type { ReceivedFile } from './received-file.ts'

/** What a handler is given. Everything has passed the contract: codecs are decoded, defaults filled in. */
export interface HandlerInput<Spec> {
  readonly params: Member<Spec, 'params'>
  readonly query: Member<Spec, 'query'>
  /** The headers that the contract declares; `request.headers` holds all. */
  readonly headers: Member<Spec, 'headers'>
  readonly body: RequestBody<Spec>
  /** Ends the request with an error that the contract declares. Throws, so nothing after it runs. */
  readonly fail: Fail<ErrorsOf<Spec>>
  /** Aborts when the caller leaves or its time is up: give it to everything that takes one. */
  readonly signal: AbortSignal
  readonly log: typeof log
  /** The caller's `Idempotency-Key`: the same one, the same work. */
  readonly idempotencyKey: string | undefined
  /** The `id` of the last event the caller saw: go on behind it. */
  readonly lastEventId: string | undefined
  readonly request: HandledRequest
}

/** The request as it came. */
export interface HandledRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The server's or framework's own request, with what middleware left on it. */
  readonly source: unknown
}

type Member<Spec, Name extends string> = Spec extends { readonly [Key in Name]: infer Type }
  ? Decoded<Type>
  : Record<never, never>

type RequestBody<Spec> = Spec extends { readonly body: infer Body }
  ? Body extends FileType
    ? ReceivedFile
    : Decoded<Body>
  : undefined

/** Ends a request with a declared error; with its data, where it has any. */
export type Fail<Errors> = <Code extends keyof Errors & string>(
  code: Code,
  ...data: undefined extends Errors[Code] ? [] : [data: Errors[Code]]
) => never

/** A file that a handler sends. */
export interface SentFile {
  readonly content: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Default: the one the contract declares. */
  readonly contentType?: string
  /** Offered to a person who saves it. */
  readonly fileName?: string
  /** Of a stream, where it is known. */
  readonly sizeBytes?: number
}

/** What a handler gives: the data of a success, a file, or a stream of events. */
export type HandlerResult<Spec> = Spec extends { readonly events: infer Event }
  ? AsyncIterable<ServerEvent<Decoded<Event>>>
  : OrVoid<ReplyOf<Spec, SentFile>>

type OrVoid<Reply> = [Reply] extends [undefined] ? void : Reply

/** Does the work of one operation. */
export type Handler<Spec> = (
  input: HandlerInput<Spec>,
) => HandlerResult<Spec> | Promise<HandlerResult<Spec>>

/** One handler for each operation of a contract, none missing and none besides. */
export type Handlers<Operations extends OperationTable> = {
  readonly [Name in keyof Operations]: Handler<Operations[Name]['spec']>
}

/** The handlers of a contract, for code that keeps them elsewhere: `HandlersOf<typeof billing>`. */
export type HandlersOf<Declared extends Contract> = Handlers<Declared['operations']>
