import type { ScheduledProcess } from '../../../src/convention/description.ts'
import type { Manifest } from './manifest.ts'
import type { ProcessInput } from './manifest-input.ts'
import { toProcessMetadata } from './metadata.ts'
import { toPodTemplate } from './pod-template.ts'

/** A run that could not start within this is left out, seconds. */
const STARTING_DEADLINE_SECONDS = 300

/** How many runs are kept to be looked at, and how often one is tried again. */
const KEPT_RUNS = 3
const RETRIES = 2

/** Gives the CronJob of a process that runs by a schedule; one run never meets the next. */
export function toCronJob(input: ProcessInput<ScheduledProcess>): Manifest {
  const { schedule, timeZone } = input.process
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: toProcessMetadata(input),
    spec: {
      schedule,
      timeZone,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: STARTING_DEADLINE_SECONDS,
      successfulJobsHistoryLimit: KEPT_RUNS,
      failedJobsHistoryLimit: KEPT_RUNS,
      jobTemplate: {
        spec: { backoffLimit: RETRIES, template: toJobTemplate(input) },
      },
    },
  }
}

/** Gives the pods of a job: what runs to its end is not started again in its place. */
export function toJobTemplate(input: ProcessInput): Record<string, unknown> {
  const template = toPodTemplate(input)
  return { ...template, spec: { ...(template['spec'] as object), restartPolicy: 'Never' } }
}
