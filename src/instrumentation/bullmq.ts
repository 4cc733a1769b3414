import { job as runJob } from '../context/job.ts'
import { outgoingHeaders } from '../context/outbound/outbound-headers.ts'
import { patchMethod } from './prototype-patch.ts'

interface BullJob {
  readonly queueName?: string
  readonly name?: string
  opts?: { telemetry?: { metadata?: unknown } }
}

interface JobOptions {
  telemetry?: { metadata?: string }
}

/**
 * Records BullMQ's consumers as jobs, linked to their producers. A job carries its producer's trace
 * in `opts.telemetry.metadata`, the place BullMQ keeps for it. Says whether the exports were BullMQ's.
 */
export function patchBullmq(exported: unknown): boolean {
  const { Worker, Job } = exported as Partial<Record<'Worker' | 'Job', { prototype: unknown }>>
  const consumes = patchMethod(Worker?.prototype, 'callProcessJob', (original) => {
    return function callProcessJob(this: { name?: string }, given: BullJob, ...rest: never[]) {
      const queue = given.queueName ?? this.name ?? 'bullmq'
      return runJob(queue, () => original.call(this, given, ...rest), {
        from: carriedHeaders(given),
      })
    }
  })
  patchMethod(Job, 'create', (original) => {
    return function create(
      this: unknown,
      queue: unknown,
      name: unknown,
      data: unknown,
      options?: JobOptions,
    ) {
      return original.call(this, queue, name, data, withHeaders(options))
    }
  })
  patchMethod(Job, 'createBulk', (original) => {
    return function createBulk(
      this: unknown,
      queue: unknown,
      jobs: readonly { opts?: JobOptions }[],
    ) {
      return original.call(
        this,
        queue,
        jobs.map((entry) => ({ ...entry, opts: withHeaders(entry.opts) })),
      )
    }
  })
  return consumes
}

function withHeaders(options: JobOptions = {}): JobOptions {
  const headers = outgoingHeaders()
  if (options.telemetry?.metadata !== undefined || Object.keys(headers).length === 0) return options
  return { ...options, telemetry: { ...options.telemetry, metadata: JSON.stringify(headers) } }
}

function carriedHeaders(given: BullJob): Readonly<Record<string, unknown>> {
  const metadata = given.opts?.telemetry?.metadata
  if (typeof metadata !== 'string') return {}
  try {
    const headers: unknown = JSON.parse(metadata)
    return typeof headers === 'object' && headers !== null
      ? (headers as Record<string, unknown>)
      : {}
  } catch {
    return {}
  }
}
