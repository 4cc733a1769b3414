import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  CompressionTypes,
  Kafka,
  logLevel,
  type Consumer,
  type ConsumerConfig,
  type EachMessagePayload,
} from 'kafkajs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openInbox, type Inbox } from '../../src/testing/inbox.ts'
import { openKafkaBroker, type KafkaBroker } from './kafka-broker.ts'
import { bytes, int16, int32, list, string } from './kafka-wire.ts'

const TOPIC = 'invoices'

let broker: KafkaBroker
let kafka: Kafka
let closers: (() => Promise<unknown>)[]

beforeEach(async () => {
  broker = await openKafkaBroker()
  kafka = new Kafka({ clientId: 'test', brokers: [broker.address], logLevel: logLevel.NOTHING })
  closers = []
})

afterEach(async () => {
  for (const close of closers.toReversed()) await close()
  await broker.close()
})

test('a message is consumed with the key, value and headers it was produced with', async () => {
  const { inbox } = await consume('group')
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  await produce([
    { key: 'k', value: 'one', headers: { traceparent, tenant: Buffer.from([0, 255]) } },
  ])

  const { message, partition } = await inbox.waitFor(() => true)
  expect(partition).toBe(0)
  expect([message.key?.toString(), message.value?.toString(), message.offset]).toEqual([
    'k',
    'one',
    '0',
  ])
  expect(message.headers).toEqual({
    traceparent: Buffer.from(traceparent),
    tenant: Buffer.from([0, 255]),
  })
})

test('messages arrive in order, batched, compressed and from an idempotent producer alike', async () => {
  const { inbox } = await consume('group')
  await produce([{ value: '0' }, { value: '1' }])
  await produce([{ value: '2' }, { value: '3' }], { compression: CompressionTypes.GZIP })
  await produce([{ value: '4' }], { idempotent: true })
  await produce([{ value: '5' }], { acks: 0 })

  const received = await inbox.waitFor(6)
  expect(received.map(({ message }) => message.value?.toString())).toEqual([
    '0',
    '1',
    '2',
    '3',
    '4',
    '5',
  ])
  expect(received.map(({ message }) => message.offset)).toEqual(['0', '1', '2', '3', '4', '5'])
})

test('a group that starts later begins where it asks to; one that comes back, where it stopped', async () => {
  await produce([{ value: 'old' }])
  const first = await consume('group')
  await first.inbox.waitFor(1)
  await first.consumer.stop()
  await first.consumer.disconnect()
  await produce([{ value: 'new' }])

  const again = await consume('group')
  expect((await again.inbox.waitFor(1)).map(({ message }) => message.value?.toString())).toEqual([
    'new',
  ])
  const other = await consume('another group')
  expect(await other.inbox.waitFor(2)).toHaveLength(2)
})

test('a second consumer of a group takes over when the first leaves', async () => {
  const first = await consume('group')
  await produce([{ value: '0' }])
  await first.inbox.waitFor(1)
  const second = await consume('group')
  await first.consumer.disconnect()
  await produce([{ value: '1' }])

  const { message } = await second.inbox.waitFor(
    ({ message: { value } }) => value?.toString() === '1',
    {
      timeoutMs: 20_000,
    },
  )
  expect(message.offset).toBe('1')
})

test('a member whose connection ends is out at once; one that goes silent, after the rebalance timeout', async () => {
  const gone = await joinAsStranger('group')
  gone.destroy()
  await produce([{ value: '0' }])
  const first = await consume('group')
  await first.inbox.waitFor(1)
  await first.consumer.disconnect()

  const silent = await joinAsStranger('group')
  await produce([{ value: '1' }])
  const second = await consume('group', { rebalanceTimeout: 100 })
  await second.inbox.waitFor(1)
  silent.destroy()
})

test('a client that speaks something else is disconnected, and the broker goes on', async () => {
  for (const noise of [
    'GET / HTTP/1.1\r\n\r\n',
    '\0\0\0\x04abcd',
    '\xff\xff\xff\xff',
    '\0\0\0\0',
  ]) {
    const [host, port] = broker.address.split(':') as [string, string]
    const socket = connect(Number(port), host)
    socket.on('error', () => {})
    socket.write(noise, 'latin1')
    await once(socket.resume(), 'close')
  }

  await produce([{ value: 'still here' }])
  const { inbox } = await consume('group')
  expect(await inbox.waitFor(1)).toHaveLength(1)
})

interface Consuming {
  readonly consumer: Consumer
  readonly inbox: Inbox<EachMessagePayload>
}

async function consume(groupId: string, config: Partial<ConsumerConfig> = {}): Promise<Consuming> {
  const inbox = openInbox<EachMessagePayload>({
    noun: 'messages',
    describe: ({ message }) => message.offset,
  })
  const consumer = kafka.consumer({
    groupId,
    heartbeatInterval: 100,
    maxWaitTimeInMs: 50,
    ...config,
  })
  closers.push(() => consumer.disconnect())
  await consumer.connect()
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  await consumer.run({ eachMessage: async (payload) => inbox.add([payload]) })
  return { consumer, inbox }
}

interface ProduceOptions {
  readonly compression?: CompressionTypes
  readonly idempotent?: boolean
  readonly acks?: number
}

async function produce(
  messages: { key?: string; value: string; headers?: Record<string, string | Buffer> }[],
  options: ProduceOptions = {},
): Promise<void> {
  const { compression = CompressionTypes.None, idempotent = false, acks = -1 } = options
  const producer = kafka.producer({ idempotent })
  await producer.connect()
  await producer.send({ topic: TOPIC, messages, compression, acks })
  await producer.disconnect()
}

/** Joins a group over a bare socket and is the only one in it: no heartbeat will ever come from it. */
async function joinAsStranger(groupId: string): Promise<Socket> {
  const [host, port] = broker.address.split(':') as [string, string]
  const header = [int16(11), int16(2), int32(1), string('stranger')]
  const protocols = list([0], () => [string('RoundRobinAssigner'), bytes(Buffer.alloc(0))])
  const timeouts = [int32(60_000), int32(60_000)]
  const body = [string(groupId), ...timeouts, string(''), string('consumer'), protocols]
  const request = Buffer.concat([...header, ...body])
  const socket = connect(Number(port), host)
  socket.write(Buffer.concat([int32(request.length), request]))
  await once(socket, 'data')
  return socket
}
