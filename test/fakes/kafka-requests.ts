import { groupApis } from './kafka-group-requests.ts'
import { openKafkaLog, type KafkaLog } from './kafka-log.ts'
import { readTopics, writeTopics, type KafkaApi } from './kafka-api.ts'
import { bytes, int16, int32, int64, int8, list, string, type Wire } from './kafka-wire.ts'

// The layouts are those of https://kafka.apache.org/protocol for the version named; older ones than
// Kafka speaks today, which every client still does, because they have no tagged fields.

const NODE_ID = 0
const PARTITION = 0
const EARLIEST = -2n
const NO_THROTTLE = int32(0)

/** Source: kafka.apache.org/protocol, error codes. */
const ERRORS = {
  none: 0,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopic: 3,
  unsupportedVersion: 35,
} as const

const produce: KafkaApi = {
  key: 0,
  version: 3,
  answer: ({ topics }, { body }) => {
    body.nullableString()
    const acks = body.int16()
    body.int32()
    const answer = writeTopics(readTopics(body, body.bytes), (topic, partition, recordSet) => {
      return toProduced(findLog(topics, topic, partition), recordSet)
    })
    return acks === 0 ? undefined : [answer, NO_THROTTLE]
  },
}

const fetch: KafkaApi = {
  key: 1,
  version: 4,
  answer: async ({ topics }, { body }) => {
    body.int32()
    const [maxWaitMs] = [body.int32(), body.int32(), body.int32()]
    body.int8()
    const asked = readTopics(body, () => ({ offset: body.int64(), maxBytes: body.int32() }))
    const logs = asked.flatMap(({ topic, partitions }) => {
      return partitions.map(({ partition, value }) => ({
        log: findLog(topics, topic, partition),
        ...value,
      }))
    })
    const dry = logs.filter(({ log, offset }) => log?.end() === offset)
    if (dry.length > 0 && dry.length === logs.length) {
      await Promise.race(dry.map(async ({ log }) => log?.waitForAppend(maxWaitMs)))
    }
    const answer = writeTopics(asked, (topic, partition, { offset, maxBytes }) => {
      return toFetched(findLog(topics, topic, partition), offset, maxBytes)
    })
    return [NO_THROTTLE, answer]
  },
}

const listOffsets: KafkaApi = {
  key: 2,
  version: 1,
  answer: ({ topics }, { body }) => {
    body.int32()
    const asked = readTopics(body, body.int64)
    return [
      writeTopics(asked, (topic, partition, timestamp) => {
        const log = findLog(topics, topic, partition)
        const offset = timestamp === EARLIEST ? 0n : (log?.end() ?? -1n)
        return [
          int16(log === undefined ? ERRORS.unknownTopic : ERRORS.none),
          int64(-1n),
          int64(offset),
        ]
      }),
    ]
  },
}

const metadata: KafkaApi = {
  key: 3,
  version: 4,
  answer: ({ topics, host, port }, { body }) => {
    const asked = body.nullableList(body.string) ?? [...topics.keys()]
    const mayCreate = body.boolean()
    for (const topic of asked)
      if (mayCreate && !topics.has(topic)) topics.set(topic, openKafkaLog())
    const brokers = list([NODE_ID], (id) => [
      int32(id),
      string(host),
      int32(port),
      string(undefined),
    ])
    return [
      NO_THROTTLE,
      brokers,
      string('servicex-test'),
      int32(NODE_ID),
      list(asked, (topic) => toTopicMetadata(topic, topics.has(topic))),
    ]
  },
}

const initProducerId: KafkaApi = {
  key: 22,
  version: 0,
  answer: (state) => [NO_THROTTLE, int16(ERRORS.none), int64(state.nextProducerId()), int16(0)],
}

/** Says which requests are answered, in which version. */
export const apiVersions: KafkaApi = {
  key: 18,
  version: 0,
  answer: (_state, { version }) => [
    int16(version === apiVersions.version ? ERRORS.none : ERRORS.unsupportedVersion),
    list(KAFKA_APIS, ({ key, version }) => [int16(key), int16(version), int16(version)]),
  ],
}

/** Every request that the broker answers. */
export const KAFKA_APIS: readonly KafkaApi[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  initProducerId,
  apiVersions,
  ...groupApis,
]

function findLog(
  topics: ReadonlyMap<string, KafkaLog>,
  topic: string,
  partition: number,
): KafkaLog | undefined {
  return partition === PARTITION ? topics.get(topic) : undefined
}

function toProduced(log: KafkaLog | undefined, recordSet: Buffer): Wire[] {
  const fail = (error: number): Wire[] => [int16(error), int64(-1n), int64(-1n)]
  if (log === undefined) return fail(ERRORS.unknownTopic)
  try {
    return [int16(ERRORS.none), int64(log.append(recordSet)), int64(-1n)]
  } catch {
    return fail(ERRORS.corruptMessage)
  }
}

function toFetched(log: KafkaLog | undefined, offset: bigint, maxBytes: number): Wire[] {
  const end = log?.end() ?? -1n
  const isInside = offset >= 0n && offset <= end
  const error = isInside ? ERRORS.none : ERRORS.offsetOutOfRange
  const aborted = int32(0)
  const records = isInside && log !== undefined ? log.read(offset, maxBytes) : Buffer.alloc(0)
  return [
    int16(log === undefined ? ERRORS.unknownTopic : error),
    int64(end),
    int64(end),
    aborted,
    bytes(records),
  ]
}

function toTopicMetadata(topic: string, exists: boolean): Wire[] {
  const isInternal = int8(0)
  const replicas = list([NODE_ID], (id) => [int32(id)])
  const partitions = list(exists ? [PARTITION] : [], (partition) => {
    return [int16(ERRORS.none), int32(partition), int32(NODE_ID), replicas, replicas]
  })
  return [int16(exists ? ERRORS.none : ERRORS.unknownTopic), string(topic), isInternal, partitions]
}
