import type { LogKeyPreset } from '../convention/log-keys.ts'
import { toErrorRecord, type ErrorRecord } from './error-record.ts'
import { quote } from './json-string.ts'
import type { HttpRecord } from './record.ts'
import { toJson } from './safe-json.ts'
import { scrub } from '../convention/scrub.ts'

/** Spells the request of an access line the way a preset's consumers read it, with its leading comma. */
export function spellHttp(preset: LogKeyPreset, http: HttpRecord): string {
  return HTTP_SPELLERS[preset](http)
}

/** Spells an error the way a preset's consumers read it, with its leading comma. Never throws. */
export function spellError(preset: LogKeyPreset, error: unknown): string {
  let record: ErrorRecord
  try {
    record = toErrorRecord(error)
  } catch {
    record = { type: 'unreadable', message: 'the error could not be read' }
  }
  if (preset === 'otel') return `,"error":${toJson(record) ?? 'null'}`
  return ERROR_SPELLERS[preset](record)
}

const HTTP_SPELLERS: Readonly<Record<LogKeyPreset, (http: HttpRecord) => string>> = {
  otel: (http) =>
    `,"http":{"method":${quote(http.method)},"route":${quote(http.route)},"path":${quote(scrub(http.path))},"status":${http.status},"duration_ms":${ms(http.durationMs)}` +
    `${http.aborted ? ',"aborted":true' : ''}${agent(',"user_agent":', http)}}`,
  gcp: (http) =>
    `,"httpRequest":{"requestMethod":${quote(http.method)},"requestUrl":${quote(scrub(http.path))},"status":${http.status},"latency":"${(http.durationMs / 1000).toFixed(6)}s"` +
    `${agent(',"userAgent":', http)}},"route":${quote(http.route)}${http.aborted ? ',"aborted":true' : ''}`,
  ecs: (http) =>
    `,"http.request.method":${quote(http.method)},"http.route":${quote(http.route)},"url.path":${quote(scrub(http.path))},"http.response.status_code":${http.status}` +
    `,"event.duration":${Math.round(http.durationMs * 1e6)}${http.aborted ? ',"http.aborted":true' : ''}${agent(',"user_agent.original":', http)}`,
  datadog: (http) =>
    `,"http":{"method":${quote(http.method)},"route":${quote(http.route)},"url_details":{"path":${quote(scrub(http.path))}},"status_code":${http.status}` +
    `${http.aborted ? ',"aborted":true' : ''}${agent(',"useragent":', http)}},"duration":${Math.round(http.durationMs * 1e6)}`,
}

const ERROR_SPELLERS: Readonly<
  Record<Exclude<LogKeyPreset, 'otel'>, (record: ErrorRecord) => string>
> = {
  gcp: ({ stack, ...record }) =>
    `,"error":${toJson(record) ?? 'null'}${part(',"stack_trace":', stack)}`,
  ecs: ({ type, message, stack, code, ...rest }) =>
    `,"error.type":${quote(type)},"error.message":${quote(scrub(message))}${part(',"error.stack_trace":', stack)}${part(',"error.code":', code)}` +
    (Object.keys(rest).length === 0 ? '' : `,"error.details":${toJson(rest) ?? 'null'}`),
  datadog: ({ type, message, stack, ...rest }) =>
    `,"error":{"kind":${quote(type)},"message":${quote(scrub(message))}${part(',"stack":', stack)}` +
    (Object.keys(rest).length === 0 ? '}' : `,"details":${toJson(rest) ?? 'null'}}`),
}

function part(key: string, value: unknown): string {
  const json = toJson(value)
  return json === undefined ? '' : key + json
}

function agent(key: string, { userAgent }: HttpRecord): string {
  return userAgent === undefined ? '' : key + quote(userAgent)
}

function ms(value: number): number {
  return Math.round(value * 1000) / 1000
}
