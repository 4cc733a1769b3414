/**
 * What the policies of a client do, in numbers. Each default has its reason in docs/resilience.md;
 * where it comes from stands beside it.
 */
export interface ResilienceSettings {
  /** The most attempts of one call; 1 never repeats. Source: AWS, .NET; gRPC caps it at 5. */
  readonly attempts: number
  /** The part of a call's time that one attempt may take, when another may follow. */
  readonly attemptShare: number
  /** `not-processed` repeats only what the provider has not begun: right behind a mesh that retries by itself. */
  readonly retry: 'all' | 'not-processed'
  /** The longest first wait between attempts, milliseconds; it doubles. Source: AWS 2026. */
  readonly backoffBaseMs: number
  /** The longest wait between attempts, milliseconds. */
  readonly backoffCapMs: number
  /** Retries as a part of calls, over 10 s. Source: Finagle, Linkerd. */
  readonly budgetRatio: number
  /** Retries in 10 s that are allowed at any rate of calls: 1 a second. */
  readonly budgetFloor: number
  /** The most calls under way at once; more are refused at once. */
  readonly inFlight: number
  /** Off leaves every call to its provider, also when it answers none. */
  readonly throttle: boolean
  /** Failures in a row after which an endpoint is left alone. Source: Envoy, Finagle. */
  readonly ejectAfter: number
  /** The first time that an endpoint is left alone, milliseconds; it doubles. */
  readonly ejectBaseMs: number
  /** The longest time that an endpoint is left alone, milliseconds. */
  readonly ejectCapMs: number
  /** Sends a second attempt when the first has taken this long, milliseconds; `'p95'` learns the time. Off without. */
  readonly hedgeAfterMs: number | 'p95' | undefined
}

/** The settings that one operation can have for itself; the others are those of the whole target. */
export type OperationSettings = Pick<
  ResilienceSettings,
  'attempts' | 'attemptShare' | 'retry' | 'backoffBaseMs' | 'backoffCapMs' | 'hedgeAfterMs'
>

/** Settings as a client is given them: what is absent has its default. */
export interface ResilienceOptions extends Partial<ResilienceSettings> {
  readonly operations?: Readonly<Record<string, Partial<OperationSettings>>>
}

/** Gives the settings of one operation. */
export type SettingsOf = (operation: string) => ResilienceSettings

/** The settings of a client that is given none. */
export const DEFAULT_SETTINGS: ResilienceSettings = {
  attempts: 3,
  attemptShare: 0.5,
  retry: 'all',
  backoffBaseMs: 50,
  backoffCapMs: 1000,
  budgetRatio: 0.2,
  budgetFloor: 10,
  inFlight: 256,
  throttle: true,
  ejectAfter: 5,
  ejectBaseMs: 1000,
  ejectCapMs: 60_000,
  hedgeAfterMs: undefined,
}
