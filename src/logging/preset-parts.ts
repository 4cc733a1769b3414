import { type ErrorRecord, toErrorRecord } from '../convention/error-record.ts'
import { toDecimalMs } from '../convention/iso-time.ts'
import { quote } from '../convention/json-string.ts'
import type { LogKeyPreset } from '../convention/log-keys.ts'
import type { SafeJson } from '../convention/safe-json.ts'
import type { HttpRecord } from './record.ts'

/** Spells the request of an access line the way a preset's consumers read it, with its leading comma. */
export function spellHttp(preset: LogKeyPreset, http: HttpRecord, json: SafeJson): string {
  return HTTP_SPELLERS[preset](http, json)
}

/** Spells how long a request took, as the number of a preset's access line. */
export function spellDuration(preset: LogKeyPreset, durationMs: number): string {
  switch (preset) {
    case 'otel':
      return toDecimalMs(durationMs)
    case 'gcp':
      return (durationMs / 1000).toFixed(6)
    default:
      // Nanoseconds.
      return String(Math.round(durationMs * 1e6))
  }
}

/** Spells an error the way a preset's consumers read it, with its leading comma. Never throws. */
export function spellError(preset: LogKeyPreset, error: unknown, json: SafeJson): string {
  let record: ErrorRecord
  try {
    record = toErrorRecord(error)
  } catch {
    record = { type: 'unreadable', message: 'the error could not be read' }
  }
  return ERROR_SPELLERS[preset](record, json)
}

const HTTP_SPELLERS: Readonly<Record<LogKeyPreset, (http: HttpRecord, json: SafeJson) => string>> =
  {
    otel: (http, json) =>
      `,"http":{"method":${quote(http.method)},"route":${quote(http.route)},"path":${json.text(http.path)},"status":${http.status},"duration_ms":${spellDuration('otel', http.durationMs)}` +
      `${http.aborted ? ',"aborted":true' : ''}${agent(',"user_agent":', http, json)}}`,
    gcp: (http, json) =>
      `,"httpRequest":{"requestMethod":${quote(http.method)},"requestUrl":${json.text(http.path)},"status":${http.status},"latency":"${spellDuration('gcp', http.durationMs)}s"` +
      `${agent(',"userAgent":', http, json)}},"route":${quote(http.route)}${http.aborted ? ',"aborted":true' : ''}`,
    ecs: (http, json) =>
      `,"http.request.method":${quote(http.method)},"http.route":${quote(http.route)},"url.path":${json.text(http.path)},"http.response.status_code":${http.status}` +
      `,"event.duration":${spellDuration('ecs', http.durationMs)}${http.aborted ? ',"http.aborted":true' : ''}${agent(',"user_agent.original":', http, json)}`,
    datadog: (http, json) =>
      `,"http":{"method":${quote(http.method)},"route":${quote(http.route)},"url_details":{"path":${json.text(http.path)}},"status_code":${http.status}` +
      `${http.aborted ? ',"aborted":true' : ''}${agent(',"useragent":', http, json)}},"duration":${spellDuration('datadog', http.durationMs)}`,
  }

const ERROR_SPELLERS: Readonly<
  Record<LogKeyPreset, (record: ErrorRecord, json: SafeJson) => string>
> = {
  otel: (record, json) => part(',"error":', record, json),
  gcp: ({ stack, ...record }, json) =>
    part(',"error":', record, json) + part(',"stack_trace":', stack, json),
  ecs: ({ type, message, stack, code, ...rest }, json) =>
    `,"error.type":${json.text(type)},"error.message":${json.text(message)}` +
    part(',"error.stack_trace":', stack, json) +
    part(',"error.code":', code, json) +
    details(',"error.details":', rest, json),
  datadog: ({ type, message, stack, ...rest }, json) =>
    `,"error":{"kind":${json.text(type)},"message":${json.text(message)}` +
    `${part(',"stack":', stack, json)}${details(',"details":', rest, json)}}`,
}

function details(key: string, rest: object, json: SafeJson): string {
  return Object.keys(rest).length === 0 ? '' : part(key, rest, json)
}

function part(key: string, value: unknown, json: SafeJson): string {
  const spelled = json.value(value)
  return spelled === undefined ? '' : key + spelled
}

function agent(key: string, { userAgent }: HttpRecord, json: SafeJson): string {
  return userAgent === undefined ? '' : key + json.text(userAgent)
}
