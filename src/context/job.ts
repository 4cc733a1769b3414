import { isUint8Array } from 'node:util/types'
import { PROPAGATED } from '../convention/propagation.ts'
import { acceptBaggage } from './propagation/baggage-header.ts'
import { JobOperation } from './operation/job-operation.ts'
import { toRootPlace } from './operation/place.ts'
import { storage } from './scope.ts'
import { parseTraceParent } from './propagation/trace-parent.ts'
import { finishWith } from './with-span.ts'

/** Where a job's work comes from. */
export interface JobOptions {
  /** Headers the producer sent along (`outgoingHeaders()`): the job's span is linked to the producer's. */
  readonly from?: Readonly<Record<string, unknown>>
}

/**
 * Runs one unit of work that does not come over HTTP — a message, a cron run, a task of a worker —
 * with all that a request has: one line, `servicex_job_duration_seconds{job,outcome}`, a span, an error event.
 *
 * Gives what `work` gives; an error is recorded and goes on. `name` becomes a label: keep it from a small set.
 */
export function job<Result>(name: string, work: () => Result, options: JobOptions = {}): Result {
  const headers = options.from ?? {}
  const producer = parseTraceParent(
    text(headers[PROPAGATED.traceparent]),
    text(headers[PROPAGATED.tracestate]),
  )
  const operation = new JobOperation({
    job: name,
    place: toRootPlace(),
    requestId: text(headers[PROPAGATED.requestId]),
    baggage: acceptBaggage(text(headers[PROPAGATED.baggage])),
    links:
      producer === undefined
        ? undefined
        : [
            {
              context: {
                traceId: producer.traceId,
                spanId: producer.spanId,
                traceFlags: producer.sampled ? 1 : 0,
                isRemote: true,
              },
            },
          ],
  })
  return finishWith(operation, () => storage.run(operation, work))
}

/** Queue clients give header values as strings or bytes. */
function text(value: unknown): string | undefined {
  // `instanceof` asks the value, and a revoked proxy throws.
  if (isUint8Array(value)) return Buffer.from(value).toString('utf8')
  return typeof value === 'string' ? value : undefined
}
