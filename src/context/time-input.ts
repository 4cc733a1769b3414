import type { TimeInput } from '@opentelemetry/api'
import { monotonicMs, toEpochMs } from './clock.ts'

/** Gives Unix milliseconds for any time OpenTelemetry's API accepts; now for none. */
export function toEpochTime(time: TimeInput | undefined): number {
  if (time === undefined) return toEpochMs(monotonicMs())
  if (Array.isArray(time)) return time[0] * 1000 + time[1] / 1e6
  if (time instanceof Date) return time.getTime()
  // Numbers below the process's start are performance.now() readings, by the API's rule.
  return time < performance.timeOrigin ? toEpochMs(time) : time
}
