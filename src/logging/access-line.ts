import { toIsoTime } from '../convention/iso-time.ts'
import { quote } from '../convention/json-string.ts'
import { KnownTexts } from '../convention/known-texts.ts'
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
    const template = find(byRoute.get(facts.route), facts) ?? add(facts)
    return template?.parts === undefined ? undefined : fill(template.parts, facts, timeMs)
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

/** What stands before each thing that changes, and behind the last of them. */
interface Parts {
  readonly time: string
  readonly traceId: string
  readonly spanId: string
  readonly requestId: string
  readonly path: string
  readonly duration: string
  /** Empty where there is no user agent. */
  readonly agent: string
  readonly end: string
  /** The user agent comes before the duration. */
  readonly isAgentFirst: boolean
  readonly spellDuration: (durationMs: number) => string
}

/** What stands in a template for what changes. No wide characters: every text that is cut out of a line with one would take two bytes a character. */
const MARKS = {
  time: Date.UTC(2099, 11, 31, 23, 59, 59, 987),
  traceId: '\u00abtrace\u00bb',
  spanId: '\u00abspan\u00bb',
  requestId: '\u00abrequest\u00bb',
  path: '\u00abpath\u00bb',
  duration: 987_654_321.125,
  agent: '\u00abagent\u00bb',
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
  return { method, statusCode, aborted, sampled, hasAgent, parts: toParts(line, preset, hasAgent) }
}

function toParts(line: string, preset: LogKeyPreset, hasAgent: boolean): Parts | undefined {
  const spell = (durationMs: number): string => spellDuration(preset, durationMs)
  const ends = [spell(MARKS.duration), ...(hasAgent ? [quote(MARKS.agent)] : [])]
  const isAgentFirst = hasAgent && line.indexOf(ends[1] ?? '') < line.indexOf(ends[0] ?? '')
  const [time, traceId, spanId, requestId, path, ...rest] = cut(line, [
    toIsoTime(MARKS.time),
    MARKS.traceId,
    MARKS.spanId,
    quote(MARKS.requestId),
    quote(MARKS.path),
    ...(isAgentFirst ? ends.toReversed() : ends),
  ])
  if (time === undefined || traceId === undefined || spanId === undefined) return undefined
  if (requestId === undefined || path === undefined) return undefined
  const end = rest.pop() ?? ''
  const [duration = '', agent = ''] = isAgentFirst ? rest.toReversed() : rest
  const texts = { time, traceId, spanId, requestId, path, duration, agent, end }
  return { ...texts, isAgentFirst, spellDuration: spell }
}

/** Gives what stands around the marks; nothing where they do not stand in this order, each of them once. */
function cut(line: string, marks: readonly string[]): string[] {
  const texts: string[] = []
  let end = 0
  for (const mark of marks) {
    const at = line.indexOf(mark, end)
    if (at === -1 || line.indexOf(mark) !== line.lastIndexOf(mark)) return []
    texts.push(line.slice(end, at))
    end = at + mark.length
  }
  return [...texts, line.slice(end)]
}

function find(
  templates: readonly Template[] | undefined,
  facts: RequestFacts,
): Template | undefined {
  if (templates !== undefined)
    for (const template of templates) if (fits(template, facts)) return template
  return undefined
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

function fill(parts: Parts, facts: RequestFacts, timeMs: number): string {
  const { traceId, spanId, requestId, userAgent } = facts
  const duration = parts.duration + parts.spellDuration(facts.durationMs)
  const agent = userAgent === undefined ? '' : parts.agent + agents.of(userAgent)
  return (
    parts.time +
    toIsoTime(timeMs) +
    parts.traceId +
    traceId +
    parts.spanId +
    spanId +
    parts.requestId +
    (requestId === traceId ? `"${traceId}"` : quote(requestId)) +
    parts.path +
    quote(toSafeText(facts.path)) +
    (parts.isAgentFirst ? agent + duration : duration + agent) +
    parts.end
  )
}

const agents = new KnownTexts({ count: 200, chars: 256 }, (text) => quote(toSafeText(text)))
