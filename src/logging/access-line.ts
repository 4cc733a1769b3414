import { toIsoTime } from '../convention/iso-time.ts'
import { quote } from '../convention/json-string.ts'
import type { LogKeyPreset } from '../convention/log-keys.ts'
import { UNMATCHED_ROUTE } from '../convention/metric-names.ts'
import { toSafeText } from '../convention/safe-json.ts'
import type { RequestFacts } from '../context/facts.ts'
import { spellDuration } from './preset-parts.ts'
import type { Encoder, HttpRecord } from './record.ts'

/** Spells the line of a request that went well; `undefined` for one that the whole encoder has to spell. */
export type AccessEncoder = (facts: RequestFacts, timeMs: number) => string | undefined

/** Further ones are spelled by the whole encoder: an app that names routes by raw paths has no end of them. */
const MAX_TEMPLATES = 500

/**
 * Makes the short way to an access line. Lines of one route, method and status differ in eight places; what stands
 * between those is cut out of a line that `encode` itself has spelled, so that both ways give the same.
 */
export function toAccessEncoder(preset: LogKeyPreset, encode: Encoder): AccessEncoder {
  const byRoute = new Map<string | undefined, Template[]>()
  let count = 0
  const add = (facts: RequestFacts): Template | undefined => {
    if (count >= MAX_TEMPLATES) return undefined
    count += 1
    const template = toTemplate(facts, preset, encode)
    const others = byRoute.get(facts.route)
    if (others === undefined) byRoute.set(facts.route, [template])
    else others.push(template)
    return template
  }
  return (facts, timeMs) => {
    if (needsWholeEncoder(facts)) return undefined
    const template = byRoute.get(facts.route)?.find((known) => fits(known, facts)) ?? add(facts)
    return template?.parts === undefined
      ? undefined
      : fill(template.parts, { facts, timeMs, preset })
  }
}

/** Gives the message of an access line. */
export function toAccessMessage(facts: RequestFacts): string {
  return `${facts.method} ${facts.route ?? UNMATCHED_ROUTE} ${facts.statusCode}${facts.aborted ? ' (client left)' : ''}`
}

/** Gives what an access line tells of the request. */
export function toHttpRecord(facts: RequestFacts): HttpRecord {
  return {
    method: facts.method,
    route: facts.route ?? UNMATCHED_ROUTE,
    path: facts.path,
    status: facts.statusCode,
    durationMs: facts.durationMs,
    aborted: facts.aborted,
    userAgent: facts.userAgent,
  }
}

function needsWholeEncoder({ failed, failure, ownFields }: RequestFacts): boolean {
  return failed || failure !== undefined || ownFields !== undefined
}

/** All lines of one kind. */
interface Template {
  readonly method: string
  readonly statusCode: number
  readonly aborted: boolean
  readonly sampled: boolean
  readonly hasAgent: boolean
  /** `undefined` where the places of what changes could not be told apart. */
  readonly parts: Parts | undefined
}

/** `texts[0]`, the value of `holes[0]`, `texts[1]`, and so on. */
interface Parts {
  readonly texts: readonly string[]
  readonly holes: readonly Hole[]
}

type Hole = keyof typeof MARKS

/** What stands in a template for what changes. */
const MARKS = {
  time: Date.UTC(2099, 11, 31, 23, 59, 59, 987),
  traceId: '\ue001trace\ue002',
  spanId: '\ue001span\ue002',
  requestId: '\ue001request\ue002',
  path: '\ue001path\ue002',
  duration: 987_654_321.125,
  agent: '\ue001agent\ue002',
} as const

function toTemplate(facts: RequestFacts, preset: LogKeyPreset, encode: Encoder): Template {
  const { method, statusCode, aborted, sampled } = facts
  const hasAgent = facts.userAgent !== undefined
  const line = encode({
    timeMs: MARKS.time,
    level: 'info',
    message: toAccessMessage(facts),
    trace: { traceId: MARKS.traceId, spanId: MARKS.spanId, sampled },
    requestId: MARKS.requestId,
    error: undefined,
    http: {
      ...toHttpRecord(facts),
      path: MARKS.path,
      durationMs: MARKS.duration,
      userAgent: hasAgent ? MARKS.agent : undefined,
    },
    job: undefined,
    fields: [],
    dropped: 0,
    problem: undefined,
  })
  return { method, statusCode, aborted, sampled, hasAgent, parts: cut(line, preset, hasAgent) }
}

function cut(line: string, preset: LogKeyPreset, hasAgent: boolean): Parts | undefined {
  const places = toPlaces(preset, hasAgent)
    .map(({ hole, text }) => ({ hole, text, at: line.indexOf(text) }))
    .toSorted((a, b) => a.at - b.at)
  const texts: string[] = []
  let end = 0
  for (const { text, at } of places) {
    if (at < end || line.includes(text, at + 1)) return undefined
    texts.push(line.slice(end, at))
    end = at + text.length
  }
  return { texts: [...texts, line.slice(end)], holes: places.map(({ hole }) => hole) }
}

function toPlaces(preset: LogKeyPreset, hasAgent: boolean): { hole: Hole; text: string }[] {
  return [
    { hole: 'time', text: toIsoTime(MARKS.time) },
    { hole: 'traceId', text: MARKS.traceId },
    { hole: 'spanId', text: MARKS.spanId },
    { hole: 'requestId', text: quote(MARKS.requestId) },
    { hole: 'path', text: quote(MARKS.path) },
    { hole: 'duration', text: spellDuration(preset, MARKS.duration) },
    ...(hasAgent ? [{ hole: 'agent', text: quote(MARKS.agent) } as const] : []),
  ]
}

function fits(template: Template, facts: RequestFacts): boolean {
  return (
    template.statusCode === facts.statusCode &&
    template.method === facts.method &&
    template.sampled === facts.sampled &&
    template.aborted === facts.aborted &&
    template.hasAgent === (facts.userAgent !== undefined)
  )
}

/** What the holes of one line are filled with. */
interface Filling {
  readonly facts: RequestFacts
  readonly timeMs: number
  readonly preset: LogKeyPreset
}

function fill({ texts, holes }: Parts, filling: Filling): string {
  let line = texts[0] ?? ''
  for (let index = 0; index < holes.length; index += 1)
    line += spell(holes[index] as Hole, filling) + (texts[index + 1] ?? '')
  return line
}

function spell(hole: Hole, { facts, timeMs, preset }: Filling): string {
  switch (hole) {
    case 'time':
      return toIsoTime(timeMs)
    case 'traceId':
      return facts.traceId
    case 'spanId':
      return facts.spanId
    case 'requestId':
      return facts.requestId === facts.traceId ? `"${facts.traceId}"` : quote(facts.requestId)
    case 'path':
      return quote(toSafeText(facts.path))
    case 'duration':
      return spellDuration(preset, facts.durationMs)
    default:
      return spellAgent(facts.userAgent ?? '')
  }
}

const KNOWN_AGENTS = { count: 200, chars: 256 }
const knownAgents = new Map<string, string>()

function spellAgent(userAgent: string): string {
  const known = knownAgents.get(userAgent)
  if (known !== undefined) return known
  const json = quote(toSafeText(userAgent))
  if (knownAgents.size < KNOWN_AGENTS.count && userAgent.length <= KNOWN_AGENTS.chars)
    knownAgents.set(userAgent, json)
  return json
}
