import type { SnapshotMethod } from '../../convention/snapshot.ts'
import type { ByteSize } from './byte-size.ts'
import type { Duration } from './duration.ts'
import type { FileType } from './file.ts'
import type { PageType } from './page.ts'
import type { WireObject, WireSchema } from './wire-schema.ts'

/** A method that an operation can have. */
export type Method = Uppercase<SnapshotMethod>

/**
 * What a success is: a schema (200), a status and a schema, a status alone (no body), a `page()` or
 * a `file()`.
 */
export type ReplySpec =
  | WireSchema
  | PageType
  | FileType
  | number
  | readonly [status: number, body: WireSchema | PageType | FileType]

/** Declared errors: a status, or a status and the schema of the error's `data`. */
export type ErrorTable = Readonly<
  Record<string, number | readonly [status: number, data: WireSchema]>
>

/** What an operation takes and gives. Members of `params`, `query` and `headers` are strings, numbers, booleans, or arrays of them; the wire's text is converted. */
export interface OperationSpec {
  /** One member for each `{name}` of the path. */
  readonly params?: WireObject
  readonly query?: WireObject
  /** Names in lower case. */
  readonly headers?: WireObject
  /** JSON, or the raw bytes of a `file()`. */
  readonly body?: WireSchema | FileType
  /** Default 204. */
  readonly ok?: ReplySpec
  /** The data of server-sent events, in place of `ok`. */
  readonly events?: WireSchema
  readonly errors?: ErrorTable
  /** How long a call may take, `'800ms'`, `'2s'` or milliseconds; clients keep to it. */
  readonly timeout?: Duration
  /** `'key'`: clients send an `Idempotency-Key` and may repeat. `true`: may be repeated as it is; PUT and DELETE always may. */
  readonly idempotency?: 'key' | boolean
  /** `true`, or the day after which it may be gone: `'2027-01-31'`. */
  readonly deprecated?: true | string
  /** The most bytes of a JSON body, `'1MiB'` by default. */
  readonly maxBody?: ByteSize
  /** One line. */
  readonly summary?: string
  readonly description?: string
}

/** The spec of an operation that takes no body. */
export interface BodylessSpec extends OperationSpec {
  readonly body?: never
  readonly maxBody?: never
}

/** One operation as `op.get()` and its like make it; the types of its input and output hang on `spec`. */
export interface Operation<Spec extends OperationSpec = OperationSpec> {
  readonly method: Method
  /** Template with `{name}` for parameters. */
  readonly path: string
  readonly spec: Spec
}

/** Operations by name. */
export type OperationTable = Readonly<Record<string, Operation>>
