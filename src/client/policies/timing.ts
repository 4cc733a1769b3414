/** Time and chance, as policies get them: a simulation and a test have their own. */
export interface Timing {
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number
  /** A number from 0 up to 1. */
  readonly random: () => number
  /** Runs `work` after `delayMs`, unless what it gives back is called before. */
  readonly after: (delayMs: number, work: () => void) => Cancel
}

/** Takes back what was to be run later. */
export type Cancel = () => void

/** Gives a time that lies within `share` of `timeMs`, evenly spread: many processes that began together part. */
export function jitter(timeMs: number, share: number, random: Timing['random']): number {
  return timeMs * (1 - share + 2 * share * random())
}
