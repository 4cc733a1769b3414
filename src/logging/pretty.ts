import { stripVTControlCharacters, styleText } from 'node:util'
import type { LogLevel } from '../convention/log-levels.ts'
import { toErrorRecord } from './error-record.ts'
import type { Encoder, LineRecord } from './record.ts'
import { keyOf, read, toJson } from './safe-json.ts'
import { scrub } from '../convention/scrub.ts'

type Style = Parameters<typeof styleText>[0]

const LEVEL_STYLES: Readonly<Record<LogLevel, Style>> = {
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: ['bold', 'red'],
}

/** Spells a line for a person at a terminal: time, severity, message, fields, and an error's stack below. */
export const encodePretty: Encoder = (record) => {
  const time = styleText('dim', new Date(record.timeMs).toISOString().slice(11, 23))
  const level = styleText(LEVEL_STYLES[record.level], record.level.padEnd(5))
  const trace =
    record.trace === undefined
      ? ''
      : `  ${styleText('dim', `trace=${record.trace.traceId.slice(0, 8)}`)}`
  return `${time} ${level} ${printable(scrub(record.message))}${spellFields(record)}${trace}\n${spellStack(record.error)}`
}

function spellFields(record: LineRecord): string {
  const fields = record.fields.flatMap((layer) =>
    layer === undefined ? [] : Object.keys(layer).map((name) => spellField(layer, name)),
  )
  return fields
    .filter(Boolean)
    .map((field) => `  ${styleText('cyan', field)}`)
    .join('')
}

function spellField(layer: object, name: string): string {
  const json = keyOf(name).sensitive ? '[redacted]' : toJson(read(layer, name))
  return json === undefined
    ? ''
    : printable(`${name}=${/^"[^\s"\\]+"$/.test(json) ? json.slice(1, -1) : json}`)
}

function spellStack(error: unknown): string {
  if (error === undefined) return ''
  try {
    const { type, message, stack, cause } = toErrorRecord(error)
    const text = printable(scrub(stack ?? `${type}: ${message}`))
    const indented = text.replaceAll(/^/gm, '    ')
    return `${styleText('dim', indented)}\n${cause === undefined ? '' : `    caused by:\n${spellStack(cause)}`}`
  } catch {
    return '    (the error could not be read)\n'
  }
}

/** Text from outside may not move the cursor or rewrite the screen. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return stripVTControlCharacters(text).replaceAll(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    '\ufffd',
  )
}
