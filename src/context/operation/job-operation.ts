import type { Attributes, Link, TimeInput } from '@opentelemetry/api'
import type { JobFacts } from '../facts.ts'
import { reportFailure } from './failure.ts'
import { InputOperation } from './input-operation.ts'
import { publish } from '../observer.ts'
import { SPAN_KIND, STATUS_ERROR, type TracePlace } from './operation.ts'

/** What a job's record is opened with. */
export interface JobStart {
  /** The job's or the queue's name; it becomes a label, so it must come from a small set. */
  readonly job: string
  readonly place: TracePlace
  /** The producer's request id; the trace id when absent. */
  readonly requestId?: string | undefined
  readonly baggage?: string | undefined
  readonly links?: readonly Link[] | undefined
}

/** A run of a job or one consumed message: the same record as a request, for inputs that are not HTTP. */
export class JobOperation extends InputOperation implements JobFacts {
  readonly job: string

  constructor(start: JobStart) {
    super(start.place, SPAN_KIND.consumer, start.job, {
      requestId: start.requestId ?? start.place.traceId,
      baggage: start.baggage,
    })
    this.job = start.job
    if (start.links !== undefined) this.links = [...start.links]
  }

  get outcome(): 'ok' | 'failed' {
    return this.failure === undefined && this.status?.code !== STATUS_ERROR ? 'ok' : 'failed'
  }

  protected override publish(): void {
    publish('onJob', this)
    if (this.failure !== undefined) reportFailure(this.failure, 'error', this)
  }
}

/** One message that an instrumentation of OpenTelemetry saw consumed; its span is its whole record. */
export class MessageOperation extends JobOperation {
  constructor(
    start: JobStart & { name: string; scopeName: string; attributes: Attributes | undefined },
  ) {
    super(start)
    this.name = start.name
    this.scopeName = start.scopeName
    if (start.attributes !== undefined) this.attributes = { ...start.attributes }
  }

  override end(_time?: TimeInput): void {
    this.finish()
  }
}
