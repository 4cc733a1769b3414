// Values that apps pass on from anywhere.
import fc from 'fast-check'

const thrower = () => {
  throw new Error('no')
}

const HOSTILE = [
  () => ({
    get password() {
      return thrower()
    },
  }),
  () => new Proxy({}, { get: thrower, ownKeys: thrower, getOwnPropertyDescriptor: thrower }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  () => {
    const circle = { name: 'a' }
    circle.self = circle
    return circle
  },
  () => ({ toJSON: thrower, toString: thrower, [Symbol.toPrimitive]: thrower }),
  () => 10n ** 100n,
  () => Symbol('s'),
  () => thrower,
  () => Object.defineProperty(new Error('m'), 'code', { get: thrower, enumerable: true }),
  () => Object.defineProperty(new Error('m'), 'message', { get: thrower }),
  () => Object.defineProperty(new Error('m'), 'stack', { get: thrower }),
  () => new Error('m', { cause: new Proxy(new Error('c'), { get: thrower }) }),
  () => new AggregateError([new Error('a'), null, 1n], 'many'),
  () => ({ __proto__: null, constructor: 1, toString: 2 }),
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  () => '\u2028\u2029\r\n\x1b[2J\0'.repeat(50),
  () => Array.from({ length: 5 }),
  () => new Date(Number.NaN),
  () => JSON.parse('['.repeat(3000) + ']'.repeat(3000)),
]

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
})

/** Gives any number of values, half of them hostile. The same for the same seed. */
export function* hostileValues(count, seed) {
  const samples = fc.sample(anything, { numRuns: Math.min(count, 5000), seed })
  for (let index = 0; index < count; index += 1) {
    if (index % 2 === 0) yield HOSTILE[(index / 2) % HOSTILE.length]()
    else yield samples[((index - 1) / 2) % samples.length]
  }
}

/** Calls every target with values; gives how many calls there were, and what they threw. */
export function fuzz(targets, cases, seed) {
  const names = Object.keys(targets)
  const throws = {}
  let index = 0
  for (const value of hostileValues(cases, seed)) {
    const name = names[index % names.length]
    index += 1
    try {
      targets[name](value)
    } catch {
      throws[name] = (throws[name] ?? 0) + 1
    }
  }
  return { cases: index, throws, polluted: 'polluted' in {} }
}
