import type { Config } from './config/config.ts'
import { SERVICEX_VERSION } from './convention/version.ts'
import type { ReadinessCheck } from './lifecycle/readiness.ts'

/** A running service, as `init()` gives it. */
export interface Service<Env> {
  /** `service.name`. */
  readonly name: string
  readonly revision: string
  readonly environment: string
  /** The app's environment variables, typed by the declaration's schema. */
  readonly env: Env
  /** Where the app is to listen: `PORT`, else 8080. */
  readonly port: number
  /** Resolves with the port that health and metrics are on; with 0 in a worker thread, whose process has one already. */
  readonly adminPort: Promise<number>
  /** Adds a check to `/readyz`: it resolves when the dependency can be used; throwing or `false` means it cannot. */
  ready(name: string, check: ReadinessCheck): void
  /** Drains and flushes as on SIGTERM, without ending the process; for tests and workers. */
  shutdown(): Promise<void>
}

/** Gives what `/info` answers. */
export function toInfo({ service }: Config): Readonly<Record<string, unknown>> {
  return {
    name: service.name,
    process: service.process,
    version: service.revision,
    revision: service.revision,
    environment: service.environment,
    started: new Date().toISOString(),
    node: process.versions.node,
    servicex: SERVICEX_VERSION,
  }
}
