import type { FileInput } from '../call/encode-body.ts'
import type { FileReply } from '../call/file-reply.ts'
import type { ReadOnly } from '../call/read-only.ts'
import type { Call, EventCall, PageCall } from '../call/result.ts'
import type { TransportCode } from '../call/transport-code.ts'

/** The operations of a client: its members that are functions. */
type OperationsOf<Faked> = {
  [Name in keyof Faked as Faked[Name] extends AnyOperation ? Name : never]: Faked[Name]
}

type AnyOperation = (...args: never[]) => unknown

/** Handlers in place of a service, by operation; those that are absent throw when they are called. */
export type FakeHandlers<Faked> = {
  readonly [Name in keyof OperationsOf<Faked>]?: (
    input: InputOf<Faked[Name]>,
    tools: FakeTools<Faked[Name]>,
  ) => DataOf<Faked[Name]> | Promise<DataOf<Faked[Name]>>
}

/** What a handler of a fake is given beside the input. */
export interface FakeTools<Operation> {
  /** Ends the call with an error: a declared code and its data, or one of the transport codes. */
  readonly fail: Fail<Operation, never>
}

/** A fake: the client's own functions, the inputs they were called with, and how the next call fails. */
export type FakeClient<Faked> = Faked & {
  readonly calls: { readonly [Name in keyof OperationsOf<Faked>]: InputOf<Faked[Name]>[] }
  readonly fail: { readonly [Name in keyof OperationsOf<Faked>]: Fail<Faked[Name], void> }
}

type Fail<Operation, Returned> = <Code extends FailedOf<Operation>['code'] | TransportCode>(
  code: Code,
  ...data: DataArguments<Extract<FailedOf<Operation>, { readonly code: Code }>>
) => Returned

type DataArguments<Failed> = [Failed] extends [never]
  ? []
  : Failed extends { readonly data: infer Data }
    ? undefined extends Data
      ? [data?: Data]
      : [data: Data]
    : []

type InputOf<Operation> = Operation extends (input: infer Input, ...rest: never[]) => unknown
  ? Input
  : undefined

type DataOf<Operation> = Operation extends (...args: never[]) => infer Returned
  ? Returned extends PageCall<infer Page, unknown>
    ? ReadOnly<Page>
    : Returned extends Call<infer Data, unknown>
      ? ReadOnlyData<Data>
      : Returned extends EventCall<infer Data>
        ? readonly ReadOnly<Data>[] | Iterable<ReadOnly<Data>> | AsyncIterable<ReadOnly<Data>>
        : never
  : never

/** A file is given whole: its methods are no data. */
type ReadOnlyData<Data> = Data extends FileReply ? FileReply | FileInput : ReadOnly<Data>

type FailedOf<Operation> = Operation extends (...args: never[]) => infer Returned
  ? Returned extends Promise<infer Result>
    ? Extract<Result, { readonly ok: false }> extends { readonly error: infer Failed }
      ? Failed extends { readonly code: string }
        ? Failed
        : never
      : never
    : never
  : never
