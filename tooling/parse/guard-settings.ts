import { z } from 'zod'

/** What a deploy may make worse before it is rolled back; each is a default where it is absent. */
export interface GuardSettings {
  /** How long new pods are looked at after the first of them serves, seconds. */
  readonly windowSeconds?: number
  /** With fewer requests to the new pods, or to those before them, nothing is judged. */
  readonly minRequests?: number
  /** By how much the part of failed requests may rise: 0.02 is from 1 % to 3 %. */
  readonly maxErrorIncrease?: number
  /** How many times as long the slowest twentieth of requests may take. */
  readonly maxSlowdown?: number
}

/** The same, complete. */
export type GuardLimits = Required<GuardSettings>

/**
 * What holds where nothing is set. A minute is what most regressions show within, and what people wait for;
 * of 50 requests a quarter that fails is told from chance, of 500 a fiftieth; 2 % and half as slow again are
 * what users notice.
 */
export const GUARD_DEFAULTS: GuardLimits = {
  windowSeconds: 60,
  minRequests: 50,
  maxErrorIncrease: 0.02,
  maxSlowdown: 1.5,
}

/** Says what the guard's settings may be. */
export const GUARD_SETTINGS: z.ZodType<GuardSettings> = z.strictObject({
  windowSeconds: z.number().min(10).max(3600).exactOptional(),
  minRequests: z.int().min(10).exactOptional(),
  maxErrorIncrease: z.number().gt(0).lt(1).exactOptional(),
  maxSlowdown: z.number().min(1).exactOptional(),
})

/** Gives what holds by these settings; nothing where the guard is off. */
export function toGuardLimits(
  settings: GuardSettings | false | undefined,
): GuardLimits | undefined {
  return settings === false ? undefined : { ...GUARD_DEFAULTS, ...settings }
}
