import { monotonicMs } from '../../context/clock.ts'
import { Drain } from '../policies/drain.ts'

/** The end of this process, as every client of it sees it. */
export const PROCESS_DRAIN: Drain = new Drain({ now: monotonicMs })

/** Says to every client that the process ends in `graceMs`: nothing is repeated shortly before, nor called after. */
export function drainClients(graceMs: number): void {
  PROCESS_DRAIN.begin(graceMs)
}
