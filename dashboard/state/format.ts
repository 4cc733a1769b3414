/** Gives a duration as a person reads it: three figures and their unit. */
export function toDuration(ms: number): string {
  if (ms >= 60_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
  if (ms >= 1_000) return `${toFigures(ms / 1000)} s`
  if (ms >= 1) return `${toFigures(ms)} ms`
  return ms === 0 ? '0 ms' : `${toFigures(ms * 1000)} µs`
}

/** Gives a number with three figures. */
export function toFigures(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 1e15 || size < 1e-4) return value.toExponential(1)
  if (size >= 10_000)
    return Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(
      value,
    )
  if (size >= 100) return value.toFixed(0)
  if (size >= 10) return trim(value.toFixed(1))
  return trim(value.toFixed(size >= 1 ? 2 : 3))
}

/** Gives a value of a metric in its unit. */
export function toUnit(value: number, unit: string): string {
  if (unit === 's' || unit.startsWith('second')) return toDuration(value * 1000)
  if (unit === 'ms' || unit.startsWith('milli')) return toDuration(value)
  if (unit === 'By' || unit.startsWith('byte')) return toBytes(value)
  return toFigures(value)
}

/** Gives a count with its thousands apart. */
export function toCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** Gives the time of day, to the millisecond. */
export function toClock(timeMs: number): string {
  const date = new Date(timeMs)
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()]
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return `${clock}.${String(Math.floor(timeMs % 1000)).padStart(3, '0')}`
}

/** Gives how long ago something was. */
export function toAge(timeMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - timeMs) / 1000))
  if (seconds < 2) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min ago`
  return new Date(timeMs).toLocaleString()
}

/** Gives a count with its noun. */
export function toPlural(count: number, one: string, many = `${one}s`): string {
  return `${toCount(count)} ${count === 1 ? one : many}`
}

function toBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let size = bytes
  let unit = 0
  while (Math.abs(size) >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${toFigures(size)} ${units[unit]}`
}

function trim(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
