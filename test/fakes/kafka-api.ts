import type { KafkaGroup } from './kafka-group.ts'
import type { KafkaLog } from './kafka-log.ts'
import { int32, list, string, type Wire, type WireReader } from './kafka-wire.ts'

/** What a broker holds. */
export interface KafkaState {
  readonly host: string
  readonly port: number
  readonly topics: Map<string, KafkaLog>
  readonly groups: Map<string, KafkaGroup>
  readonly nextProducerId: () => bigint
}

/** One request: its body, and the connection it came through. */
export interface KafkaRequest {
  readonly version: number
  readonly body: WireReader
  readonly clientId: string
  /** Remembers what to undo when the connection ends. */
  readonly onDisconnect: (undo: () => void) => void
}

/** One kind of request, in the one version that this broker speaks. */
export interface KafkaApi {
  readonly key: number
  readonly version: number
  /** The values of the response, or `undefined` when the client wants none. */
  readonly answer: (state: KafkaState, request: KafkaRequest) => KafkaAnswer | Promise<KafkaAnswer>
}

type KafkaAnswer = readonly Wire[] | undefined

/** A list of topics with a value for each partition, the shape of most requests. */
export type ByPartition<Value> = readonly {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly value: Value }[]
}[]

/** Reads topics, their partitions, and the value of each. */
export function readTopics<Value>(body: WireReader, readValue: () => Value): ByPartition<Value> {
  return body.list(() => ({
    topic: body.string(),
    partitions: body.list(() => ({ partition: body.int32(), value: readValue() })),
  }))
}

/** Writes topics, their partitions, and what there is to say of each. */
export function writeTopics<Value>(
  topics: ByPartition<Value>,
  toValues: (topic: string, partition: number, value: Value) => readonly Wire[],
): Wire {
  return list(topics, ({ topic, partitions }) => [
    string(topic),
    list(partitions, ({ partition, value }) => [
      int32(partition),
      ...toValues(topic, partition, value),
    ]),
  ])
}
