import type { $ZodType, input } from 'zod/v4/core'
import type { Contract } from '../contract/contract-types.ts'
import type { FileType } from '../contract/file.ts'
import type { Operation, OperationSpec, OperationTable } from '../contract/operation.ts'
import type { Page, PageType } from '../contract/page.ts'
import type { CallOptions } from './call-options.ts'
import type { FileInput } from './encode-body.ts'
import type { FileReply } from './file-reply.ts'
import type { ReadOnly } from './read-only.ts'
import type { Call, DeclaredError, EventCall, PageCall, TransportError } from './result.ts'

/** A client of a contract: one function an operation. Values are as they stand on the wire. */
export type Client<Of extends Contract> = ClientOf<Of['operations']> & Pick<Of, 'service'>

type ClientOf<Operations extends OperationTable> = {
  readonly [Name in keyof Operations]: CallOf<Operations[Name]>
}

/** The function that calls one operation. */
export type CallOf<Called> =
  Called extends Operation<infer Spec>
    ? (...args: ArgumentsOf<InputOf<Spec>>) => ReturnOf<Spec>
    : never

type ArgumentsOf<Input> =
  Record<never, never> extends Input
    ? [input?: Input, options?: CallOptions]
    : [input: Input, options?: CallOptions]

/** What a call takes: its parameters and, under `body`, its body; the body alone where there is nothing else. */
export type InputOf<Spec extends OperationSpec> =
  HasParameters<Spec> extends true
    ? Flat<Sent<Spec['params']> & Sent<Spec['query']> & Sent<Spec['headers']> & BodyMember<Spec>>
    : Spec extends { readonly body: infer Body }
      ? BodyInput<Body>
      : Record<never, never>

type HasParameters<Spec> = Spec extends
  | { readonly params: $ZodType }
  | { readonly query: $ZodType }
  | { readonly headers: $ZodType }
  ? true
  : false

type BodyMember<Spec> = Spec extends { readonly body: infer Body }
  ? undefined extends BodyInput<Body>
    ? { readonly body?: BodyInput<Body> }
    : { readonly body: BodyInput<Body> }
  : unknown

type BodyInput<Body> = Body extends FileType ? FileInput : Sent<Body>

type Sent<Schema> = Schema extends $ZodType ? ReadOnly<input<Schema>> : unknown

type Wire<Schema> = Schema extends $ZodType ? input<Schema> : unknown

type Flat<Members> = { [Name in keyof Members]: Members[Name] }

type ReturnOf<Spec extends OperationSpec> = Spec extends { readonly events: infer Events }
  ? EventCall<Wire<Events>>
  : Spec extends { readonly ok: infer Ok }
    ? ReturnOfBody<Ok extends readonly [number, infer Body] ? Body : Ok, FailedOf<Spec>>
    : Call<undefined, FailedOf<Spec>>

type ReturnOfBody<Body, Failed> =
  Body extends PageType<infer Item>
    ? PageCall<Page<input<Item>>, Failed>
    : Body extends FileType
      ? Call<FileReply, Failed>
      : Body extends $ZodType
        ? Call<input<Body>, Failed>
        : Call<undefined, Failed>

type FailedOf<Spec> = Spec extends { readonly errors: infer Errors }
  ? | {
        [Code in keyof Errors & string]: DeclaredError<
          Code,
          DataOf<Errors[Code]>,
          StatusOf<Errors[Code]>
        >
      }[keyof Errors & string]
    | TransportError
  : TransportError

type DataOf<Declared> = Declared extends readonly [number, infer Data] ? Wire<Data> : undefined

type StatusOf<Declared> = Declared extends readonly [infer Status extends number, unknown]
  ? Status
  : Declared & number
