import type { Duration } from '../contract/duration.ts'
import type { ResilienceOptions } from '../policies/settings.ts'
import type { Policy } from './policy.ts'

/** What a client is made with; every member has a default that is right inside of a cluster. */
export interface ClientOptions {
  /** Where the service is: `http://127.0.0.1:4001`. Default: found by its name, see docs/clients.md. */
  readonly baseUrl?: string
  /** The longest a call may take. Default: what the contract says, else 5 s. */
  readonly deadline?: Duration
  /** Headers of every call, or a function that gives them for each: a token that changes. */
  readonly headers?: OwnHeaders | (() => OwnHeaders)
  /** The most bytes of a reply that are held in memory. Default 10 MiB. */
  readonly maxResponseBytes?: number
  /** Link-local hosts that may be called all the same, as `169.254.20.10`. */
  readonly allowedHosts?: readonly string[]
  /** What differs from the defaults of docs/resilience.md, for all operations or for one. */
  readonly resilience?: ResilienceOptions
  /** In place of the default policies; none sends every call once. */
  readonly policies?: readonly Policy[]
}

/** Header values by name; an absent one is not sent. */
export type OwnHeaders = Readonly<Record<string, string | undefined>>
