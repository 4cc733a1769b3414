import type { SessionFacts } from '../../plan/dev/state.ts'
import type { Arrival, Store } from '../../plan/dev/store.ts'
import type { Access } from './access.ts'
import type { EventStreams } from './event-stream.ts'
import type { Forward } from './forward.ts'
import type { Page } from './page.ts'

/** What can be asked of a service of the session. */
export type ServiceAction = 'start' | 'stop' | 'restart'

/** What one dashboard has for all that connect to it. */
export interface ServerLimits {
  readonly connections: number
  /** How long a request's head may take to come, and the whole of it. */
  readonly headMs: number
  readonly requestMs: number
  /** How often those that are late are looked for. */
  readonly checkMs: number
}

/** What a dashboard works on. */
export interface DashboardOptions {
  readonly store: Store
  /** Taken when it is free, else any; 0 is any. */
  readonly port: number
  readonly token?: string
  readonly limits?: ServerLimits
  readonly forward?: Forward
  readonly session: () => SessionFacts
  /** Does something to a service; false when there is no such service. */
  readonly act: (service: string, action: ServiceAction) => boolean
  /** Gives which service has the DSN with this project number. */
  readonly serviceOf: (project: number) => string | undefined
  /** Is called when everything was forgotten. */
  readonly onClear?: () => void
  /** Is told of everything that came, after it was added. */
  readonly onArrivals?: (arrivals: readonly Arrival[]) => void
}

/** What every request is answered from. */
export interface DashboardContext extends DashboardOptions {
  readonly access: Access
  readonly page: Page
  readonly streams: EventStreams
}
