import type {
  Description,
  ProcessDescription,
  RunningProcess,
} from '../../../src/convention/description.ts'
import type { PlaceSettings } from '../../parse/environment-settings.ts'

/** What manifests are derived from. */
export interface ManifestInput {
  readonly description: Description
  /** By its full name: `production`. */
  readonly environment: string
  readonly revision: string
  /** The image's reference, by digest where it is known. */
  readonly image: string
  readonly settings: PlaceSettings
  /** The variables that are no secrets: those of the settings, and those of an override. */
  readonly variables: Readonly<Record<string, string>>
  /** The processes that `service.ts` does not declare. */
  readonly addedProcesses?: ReadonlySet<string>
  /** A hash of what the Secrets hold, where the cluster was asked. */
  readonly secretHash?: string
}

/** One process, with what it is derived from. */
export interface ProcessInput<
  Process extends ProcessDescription = ProcessDescription,
> extends ManifestInput {
  readonly name: string
  readonly process: Process
}

/** A process that serves HTTP. */
export type ServingProcess = RunningProcess & { readonly port: number }

/** Gives the processes of an app, each with what it is derived from, in the order of their declaration. */
export function toProcessInputs(input: ManifestInput): ProcessInput[] {
  return Object.entries(input.description.processes).map(([name, process]) => ({
    ...input,
    name,
    process,
  }))
}

/** Says whether a process runs on, as a Deployment. */
export function isRunning(input: ProcessInput): input is ProcessInput<RunningProcess> {
  return input.process.kind === 'deployment'
}

/** Says whether a process serves HTTP. */
export function isServing(input: ProcessInput): input is ProcessInput<ServingProcess> {
  return isRunning(input) && input.process.port !== undefined
}
