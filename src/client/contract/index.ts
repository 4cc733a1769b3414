/**
 * `servicex/contract`: declare the operations of a service once. `contract()` checks that everything
 * declared exists on the wire; `implement()` serves it; `toSnapshot()` is what others get to see. It
 * loads zod, which callers of a generated client never do.
 */
export { client } from '../call/contract-client.ts'
export type { CallOf, Client } from '../call/client-types.ts'
export { contract } from './contract.ts'
export type { ContractOptions } from './contract.ts'
export type { Contract, ServerEvent } from './contract-types.ts'
export { file } from './file.ts'
export type { FileType } from './file.ts'
export { implement } from '../implement/implement.ts'
export type { Routes } from '../implement/implement.ts'
export type {
  Handler,
  HandlerInput,
  Handlers,
  HandlersOf,
  SentFile,
} from '../implement/handler-types.ts'
export type { ReceivedFile } from '../implement/received-file.ts'
export type { KeptReply, ReplyStore } from '../implement/reply-store.ts'
export type { ServeOptions } from '../implement/serve-options.ts'
export { op } from './op.ts'
export type { Operation, OperationSpec, OperationTable } from './operation.ts'
export { page } from './page.ts'
export type { Page, PageType } from './page.ts'
export { toSnapshot, toSnapshotText } from './to-snapshot.ts'
export type { Snapshot } from '../../convention/snapshot.ts'
