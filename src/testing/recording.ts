import { observe } from '../context/observe.ts'
import { addSink, isObserving } from '../context/observer.ts'
import type {
  CallFacts,
  ClientFacts,
  FailureFacts,
  JobFacts,
  OperationFacts,
  QueryFacts,
  RequestFacts,
} from '../context/facts.ts'
import { toInternalHostTest } from '../context/outbound/internal-hosts.ts'
import { toSampler } from '../context/sampler.ts'

/** Everything this process does from now on, as the signals are told of it; each in order of its end. */
export interface Recording {
  readonly requests: readonly RequestFacts[]
  readonly calls: readonly CallFacts[]
  /** Calls through typed clients; their attempts are in `calls`. */
  readonly clients: readonly ClientFacts[]
  readonly queries: readonly QueryFacts[]
  readonly jobs: readonly JobFacts[]
  /** Spans that are none of the others: `withSpan`, and those of instrumentations. */
  readonly spans: readonly OperationFacts[]
  /** Errors, each once. */
  readonly failures: readonly FailureFacts[]
  /** Ends the recording; what it holds stays. */
  stop(): void
}

/**
 * Records the requests, calls, queries, jobs, spans and errors of this process, beside the signals
 * of `init()` or without it; the test stops it.
 *
 * Without `init()` everything is sampled, and of the frameworks only those with channels of their
 * own (Express, Fastify) name their routes.
 */
export function recordSignals(): Recording {
  const requests: RequestFacts[] = []
  const calls: CallFacts[] = []
  const clients: ClientFacts[] = []
  const queries: QueryFacts[] = []
  const jobs: JobFacts[] = []
  const spans: OperationFacts[] = []
  const failures: FailureFacts[] = []
  const unhook = isObserving() ? undefined : observeAlone()
  const remove = addSink({
    onRequest: (facts) => requests.push(facts),
    onCall: (facts) => calls.push(facts),
    onClient: (facts) => clients.push(facts),
    onQuery: (facts) => queries.push(facts),
    onJob: (facts) => jobs.push(facts),
    onSpan: (facts) => spans.push(facts),
    onFailure: (facts) => failures.push(facts),
  })
  const stop = (): void => {
    remove()
    unhook?.()
  }
  return { requests, calls, clients, queries, jobs, spans, failures, stop }
}

/** What `init()` sets, for a process without it. */
function observeAlone(): () => void {
  return observe({
    sinks: [],
    sampler: toSampler({ parentBased: true, ratio: 1 }),
    isInternalHost: toInternalHostTest([]),
    onBrokenSink: (error) => process.emitWarning(error instanceof Error ? error : String(error)),
    onServer: () => undefined,
    onUpgrade: () => undefined,
  })
}
