import fc from 'fast-check'

/** Makers of values that throw, mislead or never end when they are read. */
export const HOSTILE: Readonly<Record<string, Make>> = {
  'a revoked proxy': () => revoked({}),
  'a revoked array': () => revoked([]),
  'a proxy that throws at everything': () => toThrowingProxy({}),
  'a function proxy that throws': () => toThrowingProxy(() => undefined),
  'an object with a getter that throws': () =>
    Object.defineProperty({ fine: 1 }, 'bad', {
      enumerable: true,
      get: () => fail('getter'),
    }),
  'a getter that throws a revoked proxy': () =>
    Object.defineProperty({}, 'bad', {
      enumerable: true,
      get: () => fail(revoked({})),
    }),
  'toJSON that throws': () => ({ toJSON: () => fail('toJSON') }),
  'toJSON that gives itself': () => toSelfJson(),
  'toJSON that gives ever new ones': () => toEndlessJson(),
  'toString that throws': () => ({ toString: () => fail('toString') }),
  'a prototype that throws': () => Object.create(toThrowingProxy({})) as unknown,
  'a circle': () => toCircle(),
  'a circle of errors': () => toErrorCircle(),
  'an error with hostile parts': () => toHostileError(),
  'an error that is a proxy': () => toThrowingProxy(new Error('x')),
  'an error whose name is an object': () => Object.assign(new Error('x'), { name: { a: 1 } }),
  'a date that is none': () => new Date(Number.NaN),
  'a date that was tampered with': () =>
    Object.assign(new Date(0), { toISOString: () => fail('x') }),
  'a bigint': () => 2n ** 4000n,
  'bigints within': () => ({ a: 1n, b: [2n] }),
  symbols: () => ({ [Symbol('key')]: 1, value: Symbol('value') }),
  'numbers without JSON': () => [Number.NaN, Infinity, -Infinity, -0],
  'a sparse list': () => Object.assign([], { 3: 'x', length: 5 }),
  'an enormous sparse list': () => Object.assign([], { length: 2 ** 32 - 1 }),
  'a list that iterates for ever': () =>
    Object.assign([1], {
      *[Symbol.iterator]() {
        for (;;) yield 1
      },
    }),
  'a deep object': () => nested(100_000),
  'a wide object': () => Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`k${n}`, n])),
  'a small graph with a billion paths': () => toWideGraph(),
  'a huge text': () => 'x'.repeat(5_000_000),
  'a huge key': () => ({ ['k'.repeat(1_000_000)]: 1 }),
  'a text with every kind of break': () => '\u0000\n\r\t\u001b[31m\u0085\u2028\u2029"\\',
  'half a pair of surrogates': () => '\ud800 \udc00',
  'a huge map': () => new Map(Array.from({ length: 50_000 }, (_, n) => [n, n])),
  'a map with hostile keys': () => new Map<unknown, unknown>([[toThrowingProxy({}), 1]]),
  'a set of itself': () => toSetOfItself(),
  bytes: () => new Uint8Array(1_000_000),
  'a function': () => () => fail('called'),
  'a class': () => Map,
  'own prototype keys': () =>
    JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}'),
  'no prototype': () => Object.assign(Object.create(null) as object, { a: 1 }),
  'a global': () => globalThis,
}

/** Makes a value; fast-check itself would trip over a hostile one. */
type Make = () => unknown

/** Makers of anything at all: fast-check's values, and hostile ones among them, at any place. */
export function anyValue(): fc.Arbitrary<Make> {
  const tame = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    stringUnit: 'binary',
  })
  const text = fc.string({ unit: 'binary' })
  const any = fc.oneof(
    { weight: 3, arbitrary: tame.map((value) => () => value) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.values(HOSTILE)) },
  )
  return fc.oneof(
    { weight: 6, arbitrary: any },
    { weight: 2, arbitrary: fc.array(fc.tuple(text, any), { maxLength: 5 }).map(toObjectMaker) },
    { weight: 1, arbitrary: fc.array(any, { maxLength: 5 }).map(toListMaker) },
    { weight: 1, arbitrary: text.map((message) => () => new Error(message)) },
  )
}

function toObjectMaker(entries: readonly (readonly [string, Make])[]): Make {
  return () => Object.fromEntries(entries.map(([name, make]) => [name, make()]))
}

function toListMaker(makers: readonly Make[]): Make {
  return () => makers.map((make) => make())
}

function fail(reason: unknown): never {
  throw typeof reason === 'string' ? new Error(reason) : reason
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function toThrowingProxy<Target extends object>(target: Target): Target {
  const handler = new Proxy({}, { get: (_, trap) => () => fail(`trap ${String(trap)}`) })
  return new Proxy(target, handler)
}

function toSelfJson(): object {
  const value = { toJSON: (): object => value }
  return value
}

function toEndlessJson(): object {
  return { toJSON: () => toEndlessJson() }
}

function toCircle(): object {
  const circle: Record<string, unknown> = { list: [] }
  circle['self'] = circle
  ;(circle['list'] as unknown[]).push(circle)
  return circle
}

function toErrorCircle(): Error {
  const first = new Error('first')
  first.cause = new AggregateError([first, new Error('second', { cause: first })], 'all')
  return first
}

function toHostileError(): Error {
  const error = new Error('x')
  for (const name of ['name', 'message', 'stack', 'cause', 'code', 'constructor'])
    Object.defineProperty(error, name, { get: () => fail(name) })
  return error
}

function nested(depth: number): unknown {
  let value: unknown = 'bottom'
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value }
  return value
}

function toWideGraph(): unknown {
  let value: unknown = 1
  for (let level = 0; level < 8; level += 1) value = Array.from({ length: 100 }, () => value)
  return value
}

function toSetOfItself(): Set<unknown> {
  const set = new Set<unknown>()
  return set.add(set)
}
