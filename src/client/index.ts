/**
 * `servicex/client`: what a caller of other services needs. Generated clients are made of
 * `generatedClient()`; `fake()` stands in for a client in tests; `outgoingHeaders()` gives the
 * running work's context to clients and queues that servicex does not hook by itself. Loads neither
 * zod nor, before the first call, undici.
 */
export { outgoingHeaders } from '../context/outbound/outbound-headers.ts'
export type { CallOptions } from './call/call-options.ts'
export { ClientError } from './call/client-error.ts'
export type { ClientOptions, OwnHeaders } from './call/client-options.ts'
export type { FileInput } from './call/encode-body.ts'
export type { FileReply } from './call/file-reply.ts'
export { generatedClient } from './call/generated-client.ts'
export type {
  CompiledChecks,
  CompiledFinding,
  CompiledValidator,
  LoadChecks,
} from './call/generated-client.ts'
export type {
  Call,
  DeclaredError,
  EventCall,
  Failure,
  NoInput,
  PageCall,
  Result,
  Success,
  TransportError,
} from './call/result.ts'
export { TRANSPORT_CODES } from './call/transport-code.ts'
export type { TransportCode } from './call/transport-code.ts'
export { fake } from './fake/fake.ts'
export type { FakeClient, FakeHandlers, FakeTools } from './fake/fake-types.ts'
