let second = Number.NaN
let prefix = ''

/** Spells a moment, Unix milliseconds, as RFC 3339 in UTC with milliseconds; within one second only the last digits are made anew. */
export function toIsoTime(timeMs: number): string {
  const wholeMs = Math.floor(timeMs)
  const wholeSecond = Math.floor(wholeMs / 1000)
  if (wholeSecond !== second) {
    second = wholeSecond
    prefix = new Date(wholeSecond * 1000).toISOString().slice(0, -4)
  }
  return `${prefix}${threeDigits(wholeMs - wholeSecond * 1000)}Z`
}

/** Spells a duration in milliseconds with at most three decimals: microseconds are what clocks resolve. */
export function toDecimalMs(durationMs: number): string {
  const microseconds = Math.round(durationMs * 1000)
  const wholeMs = Math.floor(microseconds / 1000)
  const rest = microseconds - wholeMs * 1000
  return rest === 0 ? String(wholeMs) : `${wholeMs}.${threeDigits(rest)}`
}

function threeDigits(value: number): string {
  if (value >= 100) return String(value)
  return value >= 10 ? `0${value}` : `00${value}`
}
