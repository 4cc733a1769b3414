import type { LogItem } from '../../plan/dev/api.ts'
import type { LogRecord, Severity } from '../../plan/dev/record.ts'
import { toPlainLine } from '../plain-text.ts'
import type { Style } from './style.ts'

const COLOURS: Readonly<Record<Severity, Parameters<Style>[0]>> = {
  trace: 'dim',
  debug: 'dim',
  info: 'reset',
  warn: 'yellow',
  error: 'red',
  fatal: ['bold', 'red'],
}

/** Spells a line in brief: when, how bad, who, what, and in which trace. */
export function toLogText(log: LogRecord | LogItem, service: string, style: Style): string {
  const time = style('dim', toClock(log.timeMs))
  const severity = style(COLOURS[log.severity], log.severity.padEnd(5))
  const message = style(COLOURS[log.severity], toPlainLine(log.message))
  const trace = log.traceId === undefined ? '' : style('dim', `  ${log.traceId.slice(0, 8)}`)
  return `${service}  ${time} ${severity} ${message}${trace}`
}

/** Gives the time of day, to the millisecond, where the person is. */
export function toClock(timeMs: number): string {
  const date = new Date(timeMs)
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()]
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
