import { stripVTControlCharacters, styleText } from 'node:util'
import { toErrorRecord } from '../convention/error-record.ts'
import type { LogLevel } from '../convention/log-levels.ts'
import { SafeJson, toSafeText } from '../convention/safe-json.ts'
import { mergeFields } from './merge-fields.ts'
import type { Encoder, LineRecord } from './record.ts'

type Style = Parameters<typeof styleText>[0]

const LEVEL_STYLES: Readonly<Record<LogLevel, Style>> = {
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: ['bold', 'red'],
}

const MAX_CAUSES = 8
const INDENT = '    '

/**
 * Spells a line for a person at a terminal: time, severity, message, duration, fields, and an
 * error's stack below. What continues a line is indented, so that no text from outside looks like
 * a line of its own.
 */
export const encodePretty: Encoder = (record) => {
  const time = styleText('dim', new Date(record.timeMs).toISOString().slice(11, 23))
  const level = styleText(LEVEL_STYLES[record.level], record.level.padEnd(5))
  const notes = [...spellNotes(record), ...spellFields(record)].join('')
  return `${time} ${level} ${printable(toSafeText(record.message))}${notes}\n${spellStack(record.error)}`
}

function spellNotes({ http, job, trace, dropped, problem }: LineRecord): string[] {
  const durationMs = http?.durationMs ?? job?.durationMs
  return [
    ...(durationMs === undefined ? [] : [styleText('dim', `${durationMs.toFixed(1)} ms`)]),
    ...(dropped === 0 ? [] : [styleText('yellow', `log_dropped=${dropped}`)]),
    ...(problem === undefined ? [] : [styleText('yellow', `log_error=${printable(problem)}`)]),
    ...(trace === undefined ? [] : [styleText('dim', `trace=${trace.traceId.slice(0, 8)}`)]),
  ].map((note) => `  ${note}`)
}

function spellFields(record: LineRecord): string[] {
  const fields = mergeFields(record.fields)
  if (fields === undefined) return []
  const json = new SafeJson()
  const members = json.members(fields, '\n').split('\n').filter(Boolean)
  return members.map((member) => `  ${styleText('cyan', printable(toPair(member)))}`)
}

/** `"port":8080` is shown as `port=8080`. */
function toPair(member: string): string {
  const [, name = '', value = ''] = /^"((?:[^"\\]|\\.)*)":(.*)$/.exec(member) ?? []
  return `${name}=${/^"[^\s"\\]+"$/.test(value) ? value.slice(1, -1) : value}`
}

function spellStack(error: unknown, causes = 0): string {
  if (error === undefined) return ''
  if (causes > MAX_CAUSES) return `${INDENT}(more causes)\n`
  try {
    const { type, message, stack, cause } = toErrorRecord(error)
    const text = INDENT + printable(toSafeText(stack ?? `${type}: ${message}`))
    const below = cause === undefined ? '' : `${INDENT}caused by:\n${spellStack(cause, causes + 1)}`
    return `${styleText('dim', text)}\n${below}`
  } catch {
    return `${INDENT}(the error could not be read)\n`
  }
}

/** Text from outside may not move the cursor, rewrite the screen, or begin a line. */
function printable(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replaceAll(/\r?\n/g, `\n${INDENT}`)
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd')
  )
}
