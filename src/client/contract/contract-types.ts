import type { SnapshotService } from '../../convention/snapshot.ts'
import type { FileType } from './file.ts'
import type { OperationTable } from './operation.ts'
import type { Page, PageType } from './page.ts'
import type { WireSchema } from './wire-schema.ts'

/** The operations a service offers, as `contract()` makes them. */
export interface Contract<Operations extends OperationTable = OperationTable> {
  /** The service's name. */
  readonly name: string
  readonly version: number
  /** What stands before every path: nothing for version 1, else `/v2`. */
  readonly basePath: string
  readonly description: string | undefined
  readonly service: SnapshotService
  readonly operations: Operations
}

/** A value as the code that holds the contract sees it: codecs decoded, defaults filled in. */
export type Decoded<Type> = Type extends WireSchema ? Type['_zod']['output'] : undefined

/** The data of a success, with `File` in place of a file. */
export type ReplyOf<Spec, File> = Spec extends { readonly ok: infer Ok }
  ? BodyOf<Ok, File>
  : undefined

type BodyOf<Ok, File> = Ok extends readonly [number, infer Body]
  ? DataOf<Body, File>
  : DataOf<Ok, File>

type DataOf<Body, File> = Body extends WireSchema
  ? Body['_zod']['output']
  : Body extends PageType<infer Item>
    ? Page<Item['_zod']['output']>
    : Body extends FileType
      ? File
      : undefined

/** The declared errors of an operation: code → data (`undefined` for none). */
export type ErrorsOf<Spec> = Spec extends { readonly errors: infer Errors }
  ? {
      readonly [Code in keyof Errors]: Errors[Code] extends readonly [number, infer Data]
        ? Decoded<Data>
        : undefined
    }
  : Record<never, never>

/** One server-sent event of an operation. */
export interface ServerEvent<Data> {
  readonly data: Data
  /** Where a client resumes: it sends the last one it saw. One line of text. */
  readonly id?: string | undefined
}
