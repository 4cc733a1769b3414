import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RequestFacts, Sink } from '../../src/context/facts.ts'
import { publishHeld, publishRequest } from '../../src/context/held-requests.ts'
import { addSink, setObserver } from '../../src/context/observer.ts'

let told: string[]
let broken: unknown[]

beforeEach(() => {
  told = []
  broken = []
  const log: Sink = { onRequest: ({ path }) => void told.push(`log ${path}`) }
  const metrics: Sink = { onRequest: ({ path }) => void told.push(`metrics ${path}`) }
  setObserver({
    sinks: [log, metrics],
    sampler: () => true,
    isInternalHost: () => false,
    onBrokenSink: (error) => broken.push(error),
  })
})
afterEach(() => {
  publishHeld()
  setObserver(undefined)
})

function end(path: string, more: Partial<RequestFacts> = {}): void {
  publishRequest({
    path,
    failed: false,
    failure: undefined,
    ownFields: undefined,
    ...more,
  } as never)
}

const everythingTold = (...paths: readonly string[]): string[] => [
  ...paths.map((path) => `log ${path}`),
  ...paths.map((path) => `metrics ${path}`),
]

test('requests that went well are told of together, one signal after the other, within milliseconds', async () => {
  end('/a')
  end('/b')
  expect(told).toEqual([])
  await expect.poll(() => told, { interval: 1 }).toEqual(everythingTold('/a', '/b'))
  told.length = 0
  end('/c')
  await expect.poll(() => told, { interval: 1 }).toEqual(everythingTold('/c'))
})

test('no more than 64 wait', () => {
  for (let index = 0; index < 100; index += 1) end(`/${index}`)
  expect(told).toHaveLength(64 * 2)
})

describe.each([
  ['failed', { failed: true }],
  ['was refused by a throw', { failure: new Error('x') }],
  ['has fields of the app', { ownFields: { tenant: 'acme' } }],
] as const)('a request that %s', (_, more) => {
  test('is told of at once, after those before it', () => {
    end('/a')
    end('/b', more)
    expect(told).toEqual([...everythingTold('/a'), ...everythingTold('/b')])
  })
})

test('publishHeld() tells of what waits, once', async () => {
  end('/a')
  publishHeld()
  publishHeld()
  expect(told).toEqual(everythingTold('/a'))
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(told).toEqual(everythingTold('/a'))
})

test('a sink that throws keeps neither the others nor the other requests', () => {
  let calls = 0
  const throwing: Sink = {
    onRequest: () => {
      calls += 1
      throw new Error('x')
    },
  }
  const fine: Sink = { onRequest: ({ path }) => void told.push(path) }
  setObserver({
    sinks: [throwing, fine],
    sampler: () => true,
    isInternalHost: () => false,
    onBrokenSink: (error) => broken.push(error),
  })
  end('/a')
  end('/b')
  publishHeld()
  expect([calls, broken.length, told]).toEqual([2, 2, ['/a', '/b']])
})

test('a sink that was added beside the others is told at once', () => {
  const paths: string[] = []
  const forget = addSink({ onRequest: ({ path }) => void paths.push(path) })
  end('/a')
  expect(paths).toEqual(['/a'])
  publishHeld()
  forget()
  expect(paths).toEqual(['/a'])
})
