// `servicex/testing`: fake backends on loopback sockets, and readers of what a service emits.
// Every fake is opened, closed by the test, and needs nothing but node.

export { openCollector, type Collector } from './collector.ts'
export { CorrelationError, expectCorrelated } from './expect-correlated.ts'
export type {
  CorrelatedRequest,
  CorrelatedResult,
  CorrelationOptions,
} from './expect-correlated.ts'
export type { Finding } from './correlation.ts'
export type { NextService } from './correlation-bench.ts'
export { findSamples, parseExposition } from '../wire/exposition.ts'
export type { Exemplar, Exposition, Labels, MetricFamily, Sample } from '../wire/exposition.ts'
export {
  FAULT_REPLIES,
  type AnswerReply,
  type FaultName,
  type Reply,
  type ReplyFaultName,
} from './fault.ts'
export { openFaultProxy, PROXY_FAULTS } from './fault-proxy.ts'
export type {
  FaultProxy,
  FaultProxyOptions,
  ProxyFault,
  ProxyFaultChoice,
  ProxyFaultName,
} from './fault-proxy.ts'
export type { MadeUpFault } from './fault-made-up.ts'
export type { StreamFault } from './fault-stream.ts'
export type { WaitFor, WaitOptions } from './inbox.ts'
export type {
  Attributes,
  AttributeValue,
  ReceivedSpan,
  ReceivedSpanEvent,
} from '../wire/received-span.ts'
export type { ReceivedSpanKind, ReceivedSpanLink } from '../wire/received-span.ts'
export type { ReceivedRequest, Receiver, ReceiverOptions } from './receiver.ts'
export { recordSignals, type Recording } from './recording.ts'
export type { SentryEnvelope, SentryItem } from '../wire/sentry-envelope.ts'
export { type AppCommand, AppStartError, type LogLine } from './spawned-app.ts'
export {
  openSentryIngest,
  type SentryEvent,
  type SentryException,
  type SentryIngest,
} from './sentry-ingest.ts'
