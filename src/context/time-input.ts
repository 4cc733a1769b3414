import type { TimeInput } from '@opentelemetry/api'
import { monotonicMs, toEpochMs } from './clock.ts'

/** Gives Unix milliseconds for any time OpenTelemetry's API accepts; now for none. */
export function toEpochTime(time: TimeInput | undefined): number {
  if (typeof time === 'number') {
    // Numbers below the process's start are performance.now() readings, by the API's rule.
    return time < performance.timeOrigin ? toEpochMs(time) : time
  }
  return toGivenTime(time) ?? toEpochMs(monotonicMs())
}

/** Untyped callers give anything; what is no time is now. */
function toGivenTime(time: TimeInput | undefined): number | undefined {
  try {
    if (time instanceof Date) return time.getTime()
    if (!Array.isArray(time)) return undefined
    const [seconds, nanos] = time
    return typeof seconds === 'number' && typeof nanos === 'number'
      ? seconds * 1000 + nanos / 1e6
      : undefined
  } catch {
    return undefined
  }
}
