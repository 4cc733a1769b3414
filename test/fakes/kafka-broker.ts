// A Kafka broker of one node, for tests on machines that cannot have Kafka: topics of one partition
// in memory, consumer groups with rebalancing, idempotent producers. It stores the record batches of
// the producer as they are, so that keys, headers and compression come out as they went in. It has
// no transactions, no authentication and no retention. Checked against kafkajs.

import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { apiVersions, KAFKA_APIS } from './kafka-requests.ts'
import type { KafkaState } from './kafka-api.ts'
import { int32, openWireReader } from './kafka-wire.ts'

/** A broker that listens. */
export interface KafkaBroker {
  /** `127.0.0.1:…`, for the client's list of brokers. */
  readonly address: string
  readonly close: () => Promise<void>
}

const HOST = '127.0.0.1'
const LENGTH_BYTES = 4
const MAX_REQUEST_BYTES = 32 * 2 ** 20

/** Opens a broker on an ephemeral port of 127.0.0.1; the caller closes it. Topics come into being when asked for. */
export async function openKafkaBroker(): Promise<KafkaBroker> {
  const sockets = new Set<Socket>()
  let producerId = 0n
  const server = createServer((socket) => {
    sockets.add(socket)
    void serve(socket, state).finally(() => sockets.delete(socket))
  }).listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const state: KafkaState = {
    host: HOST,
    port,
    topics: new Map(),
    groups: new Map(),
    nextProducerId: () => (producerId += 1n),
  }
  return {
    address: `${HOST}:${port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Answers the requests of one connection, one after the other, as Kafka does. */
async function serve(socket: Socket, state: KafkaState): Promise<void> {
  const undos: (() => void)[] = []
  socket.on('close', () => {
    for (const undo of undos) undo()
  })
  try {
    for await (const request of readRequests(socket)) {
      const response = await answer(request, state, (undo) => undos.push(undo))
      if (response !== undefined) socket.write(response)
    }
  } catch {
    // the client left, or speaks something else: Kafka closes the connection too
  } finally {
    socket.destroy()
  }
}

async function* readRequests(socket: Socket): AsyncGenerator<Buffer> {
  let pending = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= LENGTH_BYTES) {
      const length = pending.readInt32BE()
      if (length < 0 || length > MAX_REQUEST_BYTES) throw new Error(`a request of ${length} bytes`)
      if (pending.length < LENGTH_BYTES + length) break
      yield pending.subarray(LENGTH_BYTES, LENGTH_BYTES + length)
      pending = pending.subarray(LENGTH_BYTES + length)
    }
  }
}

async function answer(
  request: Buffer,
  state: KafkaState,
  onDisconnect: (undo: () => void) => void,
): Promise<Buffer | undefined> {
  const body = openWireReader(request)
  const [key, version, correlationId] = [body.int16(), body.int16(), body.int32()]
  const clientId = body.nullableString() ?? ''
  const api = KAFKA_APIS.find((candidate) => candidate.key === key)
  // ApiVersions may be asked in any version: how else would a client learn which there are
  if (api === undefined || (api.version !== version && api !== apiVersions))
    throw new Error(`request ${key} version ${version} is not spoken here`)
  const values = await api.answer(state, { version, body, clientId, onDisconnect })
  if (values === undefined) return undefined
  const payload = Buffer.concat([int32(correlationId), ...values])
  return Buffer.concat([int32(payload.length), payload])
}
