import type { ErrorAnswer, ErrorGroup, ErrorItem } from './api.ts'
import type { StoredError } from './error-store.ts'
import type { ErrorDetail } from './record.ts'
import { SlotCounts } from './service-stats.ts'
import type { Store } from './store.ts'

/** Which errors are asked for; what is absent does not matter. */
export interface ErrorQuery {
  readonly service?: string
  readonly text?: string
  readonly nowMs: number
}

const MAX_ITEMS = 50

/** Gives the groups of errors that fit, the one that happened last first. */
export function queryErrors(store: Store, { service, text = '', nowMs }: ErrorQuery): ErrorGroup[] {
  const wanted = text.toLowerCase()
  const fitting = [...store.errors.newestFirst()].filter(
    (error) => (service === undefined || error.service === service) && hasText(error, wanted),
  )
  return [...Map.groupBy(fitting, ({ group }) => group).values()].map((members) =>
    toGroup(members, nowMs),
  )
}

/** Gives one group with its newest errors. */
export function findErrorGroup(
  store: Store,
  group: string,
  nowMs: number,
): ErrorAnswer | undefined {
  const members = [...store.errors.newestFirst()].filter((error) => error.group === group)
  if (members.length === 0) return undefined
  const items = members
    .slice(0, MAX_ITEMS)
    .map((error) => ({ ...toErrorItem(error), detail: JSON.parse(error.detail) as ErrorDetail }))
  return { ...toGroup(members, nowMs), items }
}

/** Gives a kept error as the API does. */
export function toErrorItem({
  detail: _detail,
  place: _place,
  spanIds: _spans,
  ...item
}: StoredError): ErrorItem {
  return item
}

function toGroup(members: readonly StoredError[], nowMs: number): ErrorGroup {
  const newest = members[0] as StoredError
  const times = members.map(({ timeMs }) => timeMs)
  const history = new SlotCounts()
  for (const timeMs of times.toSorted((a, b) => a - b)) history.add(timeMs)
  const lastTraceId = members.find(({ traceId }) => traceId !== undefined)?.traceId
  return {
    group: newest.group,
    service: newest.service,
    type: newest.type,
    message: newest.message,
    ...(newest.place === undefined ? {} : { place: newest.place }),
    count: members.length,
    firstMs: Math.min(...times),
    lastMs: Math.max(...times),
    ...(lastTraceId === undefined ? {} : { lastTraceId }),
    sources: [...new Set(members.flatMap(({ sources }) => sources))],
    history: history.read(nowMs),
  }
}

function hasText({ type, message, traceId, place = '' }: StoredError, text: string): boolean {
  return (
    text === '' ||
    traceId === text ||
    [type, message, place].some((part) => part.toLowerCase().includes(text))
  )
}
