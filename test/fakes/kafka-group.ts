import { randomUUID } from 'node:crypto'

/** The error codes that a group answers with. Source: kafka.apache.org/protocol, error codes. */
const GROUP_ERRORS = {
  none: 0,
  illegalGeneration: 22,
  unknownMember: 25,
  rebalanceInProgress: 27,
} as const

/** What a consumer says to take part. */
export interface JoinRequest {
  /** Empty for one that has no id yet. */
  readonly memberId: string
  readonly clientId: string
  readonly rebalanceTimeoutMs: number
  /** The ways of sharing it knows, best first, each with its subscription. */
  readonly protocols: readonly { readonly name: string; readonly metadata: Buffer }[]
}

/** What it is told once everybody is there; only the leader is given the members. */
export interface Joined {
  readonly generation: number
  readonly protocol: string
  readonly leaderId: string
  readonly members: readonly { readonly id: string; readonly metadata: Buffer }[]
}

/** A consumer group: who is in it, and who consumes what. One partition still has many members. */
export interface KafkaGroup {
  /** Takes the member in at once; `joined` resolves when everybody is there. */
  readonly join: (request: JoinRequest) => {
    readonly memberId: string
    readonly joined: Promise<Joined>
  }
  readonly sync: (
    memberId: string,
    generation: number,
    assignments: ReadonlyMap<string, Buffer>,
  ) => Promise<Synced>
  /** An error code: zero, or why the member has to join again. */
  readonly check: (memberId: string, generation: number) => number
  readonly leave: (memberId: string) => number
  /** Committed offsets, by topic. */
  readonly offsets: Map<string, { readonly offset: bigint; readonly metadata: string | undefined }>
}

/** The share of one member. */
export interface Synced {
  readonly error: number
  readonly assignment: Buffer
}

interface Member {
  readonly request: JoinRequest
  readonly joined?: ((joined: Joined) => void) | undefined
  readonly synced?: ((synced: Synced) => void) | undefined
}

const NOTHING = Buffer.alloc(0)

/**
 * Opens a group without members. As in Kafka, whoever joins starts a new generation: the others
 * hear of it in their next heartbeat and join again, or are dropped after their rebalance timeout.
 */
export function openKafkaGroup(): KafkaGroup {
  const members = new Map<string, Member>()
  let generation = 0
  let leaderId = ''
  let protocol = ''
  let assignments: ReadonlyMap<string, Buffer> | undefined
  let isRebalancing = false
  let deadline: NodeJS.Timeout | undefined

  function startRebalance(timeoutMs: number): void {
    if (isRebalancing) return
    isRebalancing = true
    assignments = undefined
    for (const [id, member] of members) {
      member.synced?.({ error: GROUP_ERRORS.rebalanceInProgress, assignment: NOTHING })
      members.set(id, { ...member, synced: undefined })
    }
    deadline = setTimeout(dropAbsent, timeoutMs).unref()
  }

  function dropAbsent(): void {
    for (const [id, member] of members) if (member.joined === undefined) members.delete(id)
    finishRebalance()
  }

  function finishRebalance(): void {
    const present = [...members]
    if (!isRebalancing || present.some(([, member]) => member.joined === undefined)) return
    clearTimeout(deadline)
    isRebalancing = false
    generation += 1
    leaderId = members.has(leaderId) ? leaderId : (present[0]?.[0] ?? '')
    protocol = chooseProtocol(present.map(([, { request }]) => request))
    const all = present.map(([id, { request }]) => ({
      id,
      metadata: toMetadata(request, protocol),
    }))
    for (const [id, { request, joined }] of present) {
      members.set(id, { request })
      joined?.({ generation, protocol, leaderId, members: id === leaderId ? all : [] })
    }
  }

  function check(memberId: string, memberGeneration: number): number {
    if (!members.has(memberId)) return GROUP_ERRORS.unknownMember
    if (isRebalancing) return GROUP_ERRORS.rebalanceInProgress
    return memberGeneration === generation ? GROUP_ERRORS.none : GROUP_ERRORS.illegalGeneration
  }

  return {
    offsets: new Map(),
    check,
    join: (request) => {
      const memberId = request.memberId || `${request.clientId}-${randomUUID()}`
      const joined = new Promise<Joined>((resolve) => {
        members.set(memberId, { request, joined: resolve })
      })
      startRebalance(request.rebalanceTimeoutMs)
      finishRebalance()
      return { memberId, joined }
    },
    sync: (memberId, memberGeneration, given) =>
      new Promise((synced) => {
        const error = check(memberId, memberGeneration)
        const member = members.get(memberId)
        if (error !== GROUP_ERRORS.none || member === undefined)
          return synced({ error, assignment: NOTHING })
        members.set(memberId, { ...member, synced })
        if (memberId === leaderId) assignments = given
        if (assignments === undefined) return
        for (const [id, waiting] of members) {
          waiting.synced?.({ error, assignment: assignments.get(id) ?? NOTHING })
          members.set(id, { ...waiting, synced: undefined })
        }
      }),
    leave: (memberId) => {
      if (!members.delete(memberId)) return GROUP_ERRORS.unknownMember
      const [next] = members.values()
      if (next !== undefined) startRebalance(next.request.rebalanceTimeoutMs)
      finishRebalance()
      return GROUP_ERRORS.none
    },
  }
}

function chooseProtocol(requests: readonly JoinRequest[]): string {
  const [first, ...rest] = requests
  const shared = first?.protocols.find(({ name }) => {
    return rest.every((request) => request.protocols.some((protocol) => protocol.name === name))
  })
  return shared?.name ?? ''
}

function toMetadata(request: JoinRequest, protocol: string): Buffer {
  return request.protocols.find(({ name }) => name === protocol)?.metadata ?? NOTHING
}
