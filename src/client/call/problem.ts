import type { ProblemHop } from '../../convention/problem.ts'
import type { ReplyHeaders } from './policy.ts'

/** What a caller takes from RFC 9457 problem details; nothing of it is trusted. */
export interface ReadProblem {
  readonly code: string | undefined
  readonly title: string | undefined
  readonly data: unknown
  readonly traceId: string | undefined
  readonly hops: readonly ProblemHop[]
  readonly issues: readonly string[]
}

const NONE: ReadProblem = {
  code: undefined,
  title: undefined,
  data: undefined,
  traceId: undefined,
  hops: [],
  issues: [],
}

const LIMITS = { hops: 16, issues: 3, chars: 200 }
const NAME = /^[\w.-]{1,100}$/

/** Reads a parsed body as a problem; one that is none gives an empty one. */
export function toProblem(body: unknown): ReadProblem {
  if (!isRecord(body)) return NONE
  return {
    code: nameOf(body['code']),
    title: textOf(body['title']),
    data: body['data'],
    traceId: nameOf(body['traceId']),
    hops: listOf(body['hops']).flatMap(toHop).slice(0, LIMITS.hops),
    issues: listOf(body['issues']).flatMap(toIssue).slice(0, LIMITS.issues),
  }
}

/** Gives the value of one header of a reply; of a repeated one, the first. */
export function headerOf(headers: ReplyHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

function toHop(value: unknown): ProblemHop[] {
  if (!isRecord(value)) return []
  const [service, operation, code] = [value['service'], value['operation'], value['code']].map(
    nameOf,
  )
  if (service === undefined || operation === undefined || code === undefined) return []
  const [durationMs, attempts] = [value['durationMs'], value['attempts']].map(numberOf)
  const spent = durationMs === undefined ? {} : { durationMs }
  const tried = attempts === undefined ? {} : { attempts }
  return [{ service, operation, code, ...spent, ...tried }]
}

function toIssue(value: unknown): string[] {
  if (!isRecord(value)) return []
  const path = Array.isArray(value['path']) ? value['path'].map(String).join('.') : value['path']
  const [place, message] = [textOf(path), textOf(value['message'])]
  return place === undefined && message === undefined
    ? []
    : [`${place ?? ''} ${message ?? ''}`.trim()]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, LIMITS.hops) : []
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && NAME.test(value) ? value : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== ''
    ? value.slice(0, LIMITS.chars).replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    : undefined
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
