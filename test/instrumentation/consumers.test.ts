import { afterEach, expect, test } from 'vitest'
import type { JobFacts } from '../../src/context/facts.ts'
import { type Observer, setObserver } from '../../src/context/observer.ts'
import { job } from '../../src/context/job.ts'
import { toSampler } from '../../src/context/sampler.ts'
import { observeAmqplib, observeKafkajs } from '../../src/instrumentation/consumers.ts'

const IDLE: Observer = {
  sinks: [],
  sampler: toSampler({ parentBased: true, ratio: 1 }),
  isInternalHost: () => false,
  onBrokenSink: (error) => {
    throw error
  },
}

afterEach(() => {
  setObserver(IDLE)
})

/** What the clients do with a handler: it is given to `consume` or to `run`, and called later. */
class Channel {
  consume(_queue: string, onMessage: (message: unknown) => unknown): (message: unknown) => unknown {
    return onMessage
  }
}

class Kafka {
  consumer(): { run: (config?: object) => object | undefined } {
    return { run: (config) => config }
  }
}

test('what an amqplib consumer throws at once is the failure of its message, and goes on', () => {
  observeAmqplib({ Channel })
  const error = new Error('planned failure')
  const handler = new Channel().consume('orders', () => {
    throw error
  })
  const jobs = record(() => expect(() => handler({})).toThrow(error))
  expect(jobs).toMatchObject([{ outcome: 'failed', failure: error }])
})

test('what a consumer rejects with is the failure of its message, and goes on', async () => {
  observeAmqplib({ Channel })
  const error = new Error('planned failure')
  const handler = new Channel().consume('orders', () => Promise.reject(error))
  const jobs = record(async () =>
    expect(await Promise.resolve(handler({})).catch(String)).toBe(String(error)),
  )
  await expect.poll(() => jobs).toMatchObject([{ outcome: 'failed', failure: error }])
})

test('a kafkajs consumer keeps what else it is given, and runs without anything', () => {
  observeKafkajs({ Kafka })
  const { run } = new Kafka().consumer()
  expect(run({ autoCommit: false, eachMessage: null })).toEqual({
    autoCommit: false,
    eachMessage: null,
  })
  expect(run()).toEqual({})
})

test.for([undefined, null, {}, { Kafka: 1, Channel: null }])(
  '%j is neither, and left as it is',
  (exported) => {
    expect(() => {
      observeKafkajs(exported)
      observeAmqplib(exported)
    }).not.toThrow()
  },
)

function record(work: () => unknown): JobFacts[] {
  const jobs: JobFacts[] = []
  setObserver({ ...IDLE, sinks: [{ onJob: (facts) => jobs.push(facts) }] })
  job('orders', work)
  return jobs
}
