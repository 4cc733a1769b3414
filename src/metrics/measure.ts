import { messageOf } from '../convention/error-record.ts'
import { warnOnce } from './registry.ts'

/**
 * Reads the arguments of a change, a value or label values and a value, and has it made. Never
 * throws: what is wrong is warned of once a metric.
 */
export function measure(
  name: string,
  [first, second]: readonly unknown[],
  absent: number | undefined,
  change: (labels: unknown, value: unknown) => void,
): void {
  try {
    if (isLabels(first)) change(first, second ?? absent)
    else change(undefined, first ?? second ?? absent)
  } catch (error) {
    const reason = messageOf(error)
    warnOnce(`${name}/throw`, { metric: name, reason }, `metric ${name} could not be changed`)
  }
}

/** Says whether a value can be measured, and warns when not. */
export function isNumber(name: string, value: unknown): value is number {
  if (typeof value === 'number' && Number.isFinite(value)) return true
  const shown = isLabels(value) ? 'an object' : describe(value)
  warnOnce(
    `${name}/value`,
    { metric: name, value: shown },
    `metric ${name} was given ${shown} — expected a finite number`,
  )
  return false
}

/** Says whether a counter can grow by a value, and warns when not. */
export function isAmount(name: string, value: unknown): value is number {
  if (!isNumber(name, value)) return false
  if (value >= 0) return true
  warnOnce(
    `${name}/value`,
    { metric: name, value },
    `counter ${name} was given ${value} — a counter only grows`,
  )
  return false
}

function describe(value: unknown): string {
  return typeof value === 'function' ? 'a function' : String(value)
}

function isLabels(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
