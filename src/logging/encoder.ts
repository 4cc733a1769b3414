import type { LoggingConfig, ServiceIdentity } from '../config/config.ts'
import {
  FOREIGN_RESERVED,
  LOG_KEYS,
  type LogKeyPreset,
  type LogKeys,
  SEVERITY_NAMES,
} from '../convention/log-keys.ts'
import { LOG_LEVELS, type LogLevel } from '../convention/log-levels.ts'
import { spellHttp, spellError } from './preset-parts.ts'
import { quote } from './json-string.ts'
import type { Encoder, LineRecord, LineTrace } from './record.ts'
import { keyOf, read, toJson } from './safe-json.ts'
import { scrub } from '../convention/scrub.ts'

/**
 * Makes the encoder of one preset. What does not change from line to line is spelled once, here.
 *
 * A line is: time, severity, message, the service, the trace, then error, http and job where there
 * are any, then the caller's fields. A caller's field that bears a name of ours goes below `fields`.
 */
export function toEncoder(
  preset: LogKeyPreset,
  service: ServiceIdentity,
  logging: LoggingConfig,
): Encoder {
  const keys = LOG_KEYS[preset]
  const severities = spellSeverities(preset, keys)
  const identity = spellIdentity(preset, keys, service)
  const spellTrace = toTraceSpeller(preset, keys, logging)
  const reserved: ReadonlySet<string> = new Set([...Object.values(keys), ...FOREIGN_RESERVED])
  const messageKey = `,${quote(keys.message)}:`
  const requestKey = `,${quote(keys.requestId)}:`
  const jobKey = `,${quote(keys.job)}:`
  const timeKey = `{${quote(keys.timestamp)}:"`
  return (record) =>
    timeKey +
    new Date(record.timeMs).toISOString() +
    severities[record.level] +
    messageKey +
    quote(scrub(record.message)) +
    identity +
    (record.trace === undefined ? '' : spellTrace(record.trace)) +
    (record.requestId === undefined ? '' : requestKey + quote(record.requestId)) +
    (record.error === undefined ? '' : spellError(preset, record.error)) +
    (record.http === undefined ? '' : spellHttp(preset, record.http)) +
    (record.job === undefined
      ? ''
      : `${jobKey}{"name":${quote(record.job.name)},"outcome":${quote(record.job.outcome)},"duration_ms":${roundMs(record.job.durationMs)}}`) +
    spellFields(record.fields, reserved) +
    '}\n'
}

/** Milliseconds with three digits: microseconds are what clocks resolve. */
function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function spellSeverities(preset: LogKeyPreset, keys: LogKeys): Readonly<Record<LogLevel, string>> {
  const levels = Object.keys(LOG_LEVELS) as LogLevel[]
  const spelled = levels.map((level) => [
    level,
    `",${quote(keys.severity)}:"${SEVERITY_NAMES[preset][level]}"`,
  ])
  return Object.fromEntries(spelled) as Record<LogLevel, string>
}

function spellIdentity(preset: LogKeyPreset, keys: LogKeys, service: ServiceIdentity): string {
  const pairs = [
    [keys.service, service.name],
    [keys.version, service.revision],
    [keys.environment, service.environment],
    ...(preset === 'ecs' ? [['ecs.version', '8.11.0']] : []),
  ] as [string, string][]
  return pairs.map(([key, value]) => `,${quote(key)}:${quote(value)}`).join('')
}

function toTraceSpeller(
  preset: LogKeyPreset,
  keys: LogKeys,
  logging: LoggingConfig,
): (trace: LineTrace) => string {
  const traceKey = `,${quote(keys.traceId)}:"`
  const spanKey = `",${quote(keys.spanId)}:"`
  const flagsKey = `",${quote(keys.traceFlags)}:`
  // Google resolves a trace by its full name; with a bare id the link does not work outside the log's own project.
  const prefix =
    preset === 'gcp' && logging.googleProject !== undefined
      ? `projects/${logging.googleProject}/traces/`
      : ''
  const flags = preset === 'gcp' ? ['false', 'true'] : ['"00"', '"01"']
  return ({ traceId, spanId, sampled }) =>
    traceKey + prefix + traceId + spanKey + spanId + flagsKey + (flags[sampled ? 1 : 0] ?? '')
}

function spellFields(layers: LineRecord['fields'], reserved: ReadonlySet<string>): string {
  let json = ''
  let moved = ''
  const fields = mergeLayers(layers)
  if (fields === undefined) return ''
  for (const name of Object.keys(fields)) {
    const member = spellField(fields, name)
    if (member === undefined) continue
    if (reserved.has(name)) moved += moved === '' ? member : `,${member}`
    else json += `,${member}`
  }
  return moved === '' ? json : `${json},"fields":{${moved}}`
}

function spellField(fields: object, name: string): string | undefined {
  const key = keyOf(name)
  if (key.sensitive) return `${key.json}"[redacted]"`
  const json = toJson(read(fields, name))
  return json === undefined ? undefined : key.json + json
}

/** One layer is used as it is; more are laid over each other, getters read with care. */
function mergeLayers(layers: LineRecord['fields']): object | undefined {
  let merged: object | undefined
  for (const layer of layers) {
    if (layer === undefined) continue
    if (merged === undefined) {
      merged = layer
      continue
    }
    const next: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    for (const source of [merged, layer])
      for (const name of Object.keys(source)) next[name] = read(source, name)
    merged = next
  }
  return merged
}
