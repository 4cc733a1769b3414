import { toJobTemplate } from './cron-job.ts'
import type { Manifest } from './manifest.ts'
import type { ManifestInput } from './manifest-input.ts'
import { toLabelValue, toProcessMetadata } from './metadata.ts'

/** The name of the process that a release runs as. */
const RELEASE_PROCESS = 'release'

/** A finished release is kept to be looked at, seconds: a day. */
const KEPT_SECONDS = 86_400

const REVISION_DIGITS = 12

/** Gives the Job that runs the declared release command with the new image; nothing when none is declared. */
export function toReleaseJob(input: ManifestInput): Manifest | undefined {
  const { release, processes } = input.description
  if (release === undefined) return undefined
  const { resources } = Object.values(processes)[0] ?? { resources: { requests: {}, limits: {} } }
  const process = {
    ...input,
    name: RELEASE_PROCESS,
    process: {
      kind: 'cronjob' as const,
      command: release.command,
      resources,
      schedule: '',
      timeZone: '',
    },
    addedProcesses: new Set([RELEASE_PROCESS]),
  }
  const suffix = toLabelValue(input.revision.slice(0, REVISION_DIGITS).toLowerCase())
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: toProcessMetadata(process, `${RELEASE_PROCESS}-${suffix}`),
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: release.timeoutSeconds,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: toJobTemplate(process),
    },
  }
}
