import { ADMIN_PORT } from '../../../src/convention/ports.ts'
import {
  addCounters,
  type Counters,
  NONE,
  toCounters,
  toIncrease,
} from '../../plan/guard/counters.ts'
import { HTTP_PORT_NAME } from '../../plan/manifests/container.ts'
import type { Manifest } from '../../plan/manifests/manifest.ts'
import { ADMIN_PORT_NAME } from '../../plan/manifests/probes.ts'
import { findNewest, isOwnedBy } from '../../plan/rollout/judge-rollout.ts'
import type { PodObject } from '../../plan/rollout/objects.ts'
import type { DeployContext } from './deploy-context.ts'
import { readPage } from './read-page.ts'
import type { RolloutLists } from './rollout-lists.ts'

/** A Deployment whose pods serve HTTP. */
export interface Guarded {
  readonly deployment: string
  readonly adminPort: number
}

/** Counts requests to the pods of one Deployment: to the new ones, and to those before them. */
export interface PodTally {
  readonly deployment: string
  /** Reads the pods' counters once. */
  read(lists: RolloutLists, nowMs: number): Promise<void>
  before(): Counters
  after(): Counters
  /** When the first new pod began to be counted. */
  afterSinceMs(): number | undefined
  /** Why nothing can be counted, now or later. */
  problem(): string | undefined
  /** Why nothing could be counted so far. */
  silence(): string | undefined
}

/** So many of each are read: they stand for the others. */
const MAX_PODS = 4

/** After so many looks at which no pod could be read, none is read any more: each may cost seconds. */
const MAX_FAILED_LOOKS = 3

/** A process that has just begun compiles, connects and fills caches: no version is judged by that. */
const WARM_UP_MS = 10_000

interface WorkloadSpec {
  readonly template?: {
    readonly spec?: {
      readonly containers?: readonly {
        readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
      }[]
    }
  }
}

/** Gives the Deployments that serve HTTP, and where each says how. */
export function findGuarded(deployments: readonly Manifest[]): readonly Guarded[] {
  return deployments.flatMap(({ metadata, spec }) => {
    const containers = (spec as WorkloadSpec | undefined)?.template?.spec?.containers ?? []
    const ports = containers.flatMap(({ ports: own = [] }) => own)
    if (!ports.some(({ name }) => name === HTTP_PORT_NAME)) return []
    const admin = ports.find(({ name }) => name === ADMIN_PORT_NAME)
    return [{ deployment: metadata.name, adminPort: admin?.containerPort ?? ADMIN_PORT }]
  })
}

interface Pod {
  readonly name: string
  readonly side: 'before' | 'after'
  readonly firstSeenMs: number
  /** What it said last; nothing until it is counted. */
  last: Counters | undefined
}

/** Opens the tally of one Deployment; everything counts from its first read on. */
export function openTally(context: DeployContext, { adminPort, deployment }: Guarded): PodTally {
  const { app, client, signal } = context
  const pods = new Map<string, Pod>()
  const sums = { before: NONE, after: NONE }
  const failures = { before: '', after: '' }
  let problem: string | undefined
  let sinceMs: number | undefined
  let failedLooks = 0
  const count = (pod: Pod, now: Counters, nowMs: number): void => {
    if (pod.last !== undefined)
      sums[pod.side] = addCounters(sums[pod.side], toIncrease(pod.last, now))
    else if (pod.side === 'after') sinceMs ??= nowMs
    pod.last = now
  }
  const silence = (): string | undefined => {
    const silent = (['before', 'after'] as const).find(
      (side) => failures[side] !== '' && !isCounted(side),
    )
    if (silent === undefined) return undefined
    return `${failures[silent]} (${silent === 'before' ? 'the pods before' : 'the new pods'})`
  }
  /** Says whether it could be read. */
  const readOne = async (pod: Pod, nowMs: number): Promise<boolean> => {
    const answer = await readPage({ client, app, pod: pod.name, port: adminPort, signal })
    if (answer.kind === 'forbidden')
      problem = 'the account may not read pods through the API server (get pods/proxy)'
    if (answer.kind === 'failed') failures[pod.side] = answer.reason
    if (answer.kind !== 'page') return false
    const counters = toCounters(answer.text)
    if (counters === undefined) failures[pod.side] = '/metrics says nothing of HTTP requests'
    else count(pod, counters, nowMs)
    return counters !== undefined
  }
  const isCounted = (side: Pod['side']): boolean =>
    [...pods.values()].some((pod) => pod.side === side && pod.last !== undefined)
  return {
    deployment,
    read: async (lists, nowMs) => {
      if (problem !== undefined) return
      const present = keepPods(pods, { deployment, lists, nowMs })
      if (pods.size > 0 && ![...pods.values()].some(({ side }) => side === 'before'))
        problem = 'nothing served before that is replaced'
      const due = present.filter((pod) => isWarm(pod, nowMs))
      const wereRead = await Promise.all(due.map((pod) => readOne(pod, nowMs)))
      if (due.length > 0) failedLooks = wereRead.includes(true) ? 0 : failedLooks + 1
      if (failedLooks >= MAX_FAILED_LOOKS) problem ??= silence()
    },
    before: () => sums.before,
    after: () => sums.after,
    afterSinceMs: () => sinceMs,
    problem: () => problem,
    silence,
  }
}

function isWarm({ firstSeenMs, side }: Pod, nowMs: number): boolean {
  return side === 'before' || nowMs - firstSeenMs >= WARM_UP_MS
}

interface Presence {
  readonly deployment: string
  readonly lists: RolloutLists
  readonly nowMs: number
}

/** Takes pods in that have become ready, and gives those of them that are still there. */
function keepPods(pods: Map<string, Pod>, { deployment, lists, nowMs }: Presence): readonly Pod[] {
  const own = lists.deployments.find(({ metadata }) => metadata.name === deployment)
  if (own === undefined) return []
  const newest = findNewest({ deployment: own, replicaSets: lists.replicaSets })
  if (newest === undefined) return []
  const sets = lists.replicaSets.filter(({ metadata }) => isOwnedBy(metadata, own.metadata.uid))
  const live = lists.pods.filter((pod) =>
    sets.some(({ metadata }) => isOwnedBy(pod.metadata, metadata.uid)),
  )
  const toPresent = (): Pod[] => live.flatMap(({ metadata }) => pods.get(metadata.name) ?? [])
  for (const pod of live.filter(isReady)) {
    const { name } = pod.metadata
    const side = isOwnedBy(pod.metadata, newest.metadata.uid) ? 'after' : 'before'
    const isFull = toPresent().filter((one) => one.side === side).length >= MAX_PODS
    if (!isFull && !pods.has(name))
      pods.set(name, { name, side, firstSeenMs: nowMs, last: undefined })
  }
  return toPresent()
}

function isReady({ metadata, status }: PodObject): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  return metadata.deletionTimestamp === undefined && ready?.status === 'True'
}
