import { readTopics, writeTopics, type KafkaApi, type KafkaState } from './kafka-api.ts'
import { openKafkaGroup, type KafkaGroup } from './kafka-group.ts'
import { bytes, int16, int32, int64, list, string } from './kafka-wire.ts'

const NO_ERROR = int16(0)
const NO_THROTTLE = int32(0)
const NODE_ID = int32(0)

const findCoordinator: KafkaApi = {
  key: 10,
  version: 1,
  answer: ({ host, port }) => [
    NO_THROTTLE,
    NO_ERROR,
    string(undefined),
    NODE_ID,
    string(host),
    int32(port),
  ],
}

const joinGroup: KafkaApi = {
  key: 11,
  version: 2,
  answer: async (state, { body, clientId, onDisconnect }) => {
    const group = findGroup(state, body.string())
    body.int32()
    const [rebalanceTimeoutMs, knownId] = [body.int32(), body.string()]
    body.string()
    const protocols = body.list(() => ({ name: body.string(), metadata: body.bytes() }))
    const { memberId, joined } = group.join({
      memberId: knownId,
      clientId,
      rebalanceTimeoutMs,
      protocols,
    })
    // Kafka waits for the session timeout; whoever has gone is dropped at once here.
    onDisconnect(() => group.leave(memberId))
    const { generation, protocol, leaderId, members } = await joined
    return [
      NO_THROTTLE,
      NO_ERROR,
      int32(generation),
      string(protocol),
      string(leaderId),
      string(memberId),
      list(members, ({ id, metadata }) => [string(id), bytes(metadata)]),
    ]
  },
}

const syncGroup: KafkaApi = {
  key: 14,
  version: 0,
  answer: async (state, { body }) => {
    const group = findGroup(state, body.string())
    const [generation, memberId] = [body.int32(), body.string()]
    const assignments = new Map(body.list(() => [body.string(), body.bytes()] as const))
    const { error, assignment } = await group.sync(memberId, generation, assignments)
    return [int16(error), bytes(assignment)]
  },
}

const heartbeat: KafkaApi = {
  key: 12,
  version: 0,
  answer: (state, { body }) => {
    const group = findGroup(state, body.string())
    const generation = body.int32()
    return [int16(group.check(body.string(), generation))]
  },
}

const leaveGroup: KafkaApi = {
  key: 13,
  version: 0,
  answer: (state, { body }) => [int16(findGroup(state, body.string()).leave(body.string()))],
}

const offsetCommit: KafkaApi = {
  key: 8,
  version: 2,
  answer: (state, { body }) => {
    const group = findGroup(state, body.string())
    const generation = body.int32()
    const error = group.check(body.string(), generation)
    body.int64()
    const sent = readTopics(body, () => ({ offset: body.int64(), metadata: body.nullableString() }))
    return [
      writeTopics(sent, (topic, _partition, value) => {
        if (error === 0) group.offsets.set(topic, value)
        return [int16(error)]
      }),
    ]
  },
}

const offsetFetch: KafkaApi = {
  key: 9,
  version: 1,
  answer: (state, { body }) => {
    const { offsets } = findGroup(state, body.string())
    const asked = readTopics(body, () => undefined)
    return [
      writeTopics(asked, (topic) => {
        const { offset, metadata } = offsets.get(topic) ?? { offset: -1n, metadata: '' }
        return [int64(offset), string(metadata), NO_ERROR]
      }),
    ]
  },
}

/** The requests of consumer groups. */
export const groupApis: readonly KafkaApi[] = [
  findCoordinator,
  joinGroup,
  syncGroup,
  heartbeat,
  leaveGroup,
  offsetCommit,
  offsetFetch,
]

function findGroup({ groups }: KafkaState, name: string): KafkaGroup {
  const known = groups.get(name)
  if (known !== undefined) return known
  const group = openKafkaGroup()
  groups.set(name, group)
  return group
}
