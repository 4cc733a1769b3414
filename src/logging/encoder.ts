import type { LoggingConfig, ServiceIdentity } from '../config/config.ts'
import { quote } from '../convention/json-string.ts'
import {
  LOG_KEYS,
  type LogKeyPreset,
  type LogKeys,
  reservedKeys,
  SEVERITY_NAMES,
} from '../convention/log-keys.ts'
import { LOG_LEVELS, type LogLevel } from '../convention/log-levels.ts'
import { toDecimalMs, toIsoTime } from '../convention/iso-time.ts'
import { read, SafeJson } from '../convention/safe-json.ts'
import { mergeFields } from './merge-fields.ts'
import { spellError, spellHttp } from './preset-parts.ts'
import type { Encoder, JobRecord, LineRecord, LineTrace } from './record.ts'

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
  const reserved = reservedKeys(preset)
  const messageKey = `,${quote(keys.message)}:`
  const requestKey = `,${quote(keys.requestId)}:`
  const jobKey = `,${quote(keys.job)}:`
  const timeKey = `{${quote(keys.timestamp)}:"`
  return (record) => {
    const json = new SafeJson()
    return (
      timeKey +
      toIsoTime(record.timeMs) +
      severities[record.level] +
      messageKey +
      json.text(record.message) +
      identity +
      (record.trace === undefined ? '' : spellTrace(record.trace)) +
      (record.requestId === undefined ? '' : requestKey + quote(record.requestId)) +
      (record.error === undefined ? '' : spellError(preset, record.error, json)) +
      (record.http === undefined ? '' : spellHttp(preset, record.http, json)) +
      (record.job === undefined ? '' : jobKey + spellJob(record.job)) +
      (record.dropped === 0 ? '' : `,"log_dropped":${record.dropped}`) +
      (record.problem === undefined ? '' : `,"log_error":${json.text(record.problem)}`) +
      spellFields(record.fields, reserved, json) +
      '}\n'
    )
  }
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
  // Google resolves a trace by its full name; with a bare id the link does not work outside the log's own project.
  const prefix =
    preset === 'gcp' && logging.googleProject !== undefined
      ? quote(`projects/${logging.googleProject}/traces/`).slice(1, -1)
      : ''
  const traceKey = `,${quote(keys.traceId)}:"${prefix}`
  const spanKey = `",${quote(keys.spanId)}:"`
  const flagsKey = `",${quote(keys.traceFlags)}:`
  const [notSampled, sampled] = preset === 'gcp' ? ['false', 'true'] : ['"00"', '"01"']
  return (trace) =>
    traceKey +
    trace.traceId +
    spanKey +
    trace.spanId +
    flagsKey +
    (trace.sampled ? sampled : notSampled)
}

function spellJob({ name, outcome, durationMs }: JobRecord): string {
  return `{"name":${quote(name)},"outcome":${quote(outcome)},"duration_ms":${toDecimalMs(durationMs)}}`
}

function spellFields(
  layers: LineRecord['fields'],
  reserved: ReadonlySet<string>,
  json: SafeJson,
): string {
  const fields = mergeFields(layers)
  if (fields === undefined) return ''
  const names = Object.keys(fields)
  if (!names.some((name) => reserved.has(name))) return joined(json.members(fields))
  const [own, moved] = [true, false].map((isOwn) =>
    json.members(pick(fields, names, (name) => reserved.has(name) !== isOwn)),
  ) as [string, string]
  return `${joined(own)},"fields":{${moved}}`
}

function joined(members: string): string {
  return members === '' ? '' : `,${members}`
}

function pick(
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
  wanted: (name: string) => boolean,
): object {
  const picked = Object.create(null) as Record<string, unknown>
  for (const name of names) if (wanted(name)) picked[name] = read(fields, name)
  return picked
}
