/** Gives numbers from 0 to 1, the same for the same seed. Source: mulberry32. */
export type Random = () => number

/** Makes a generator of its own for a seed. */
export function toRandom(seed: string): Random {
  let state = Array.from(seed).reduce(
    (hash, sign) => Math.imul(hash ^ sign.charCodeAt(0), 16_777_619),
    2_166_136_261,
  )
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const SCALARS: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  5,
  10,
  0.1,
  0.3,
  0.5,
  1.5,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  1e21,
  1e308,
  5e-324,
  '',
  'a',
  'ab',
  'abc',
  'amz',
  'x',
  'open',
  'c',
  'card',
  'Ab',
  'É',
  '😀',
  '😀😀',
  'a-1',
  'v1',
  'v01',
  'k1',
  '1234',
  'text',
  '2026-02-29',
  '2024-02-29',
  '2026-01-31',
  '2026-01-31T12:00:00Z',
  '2026-01-31T12:00:00.123',
  '2026-01-31T12:00:00+01:00',
  '2026-01-31T24:00:00Z',
  '12:00',
  '12:00:00.5',
  'P1D',
  'P',
  '10.0.0.1',
  '256.0.0.1',
  '::1',
  '10.0.0.0/8',
  'dGV4dA==',
  'dGV4dA',
  'ff',
  'FG',
  '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  '3FA85F64-5717-4562-B3FC-2C963F66AFA6',
  '00000000-0000-0000-0000-000000000000',
  '3fa85f64-5717-0562-b3fc-2c963f66afa6',
  'a@b.co',
  'a@b',
  'http://a',
  'http://',
  'https://example.com/x?y#z',
  'mailto:x@y',
  'javascript:1',
  ' http://a ',
  'http:a',
  '//a',
  'a.b',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  '+12025550123',
  'line\nbreak',
  'a\0b',
  'constructor',
]
const KEYS = [
  'a',
  'b',
  'k',
  'n',
  's',
  'k1',
  'kind',
  'name',
  'value',
  'extra',
  'toString',
  'constructor',
]

/** Gives a value like `example`, with one to four parts of it changed; now and then another altogether. */
export function toVariant(example: unknown, random: Random): unknown {
  if (random() < 0.15) return toScalar(random)
  let variant = structuredClone(example)
  const changes = 1 + Math.floor(random() * 4)
  for (let count = 0; count < changes; count += 1) variant = change(variant, random, 0)
  // What has no JSON is no reply.
  return JSON.parse(JSON.stringify(variant)) as unknown
}

function change(value: unknown, random: Random, depth: number): unknown {
  if (random() < 0.25 || depth > 5) return toScalar(random)
  if (Array.isArray(value)) return changeList(value, random, depth)
  if (typeof value === 'object' && value !== null) return changeObject(value, random, depth)
  if (typeof value === 'string') return changeText(value, random)
  if (typeof value === 'number')
    return pick([value + 1, -value, value / 3, value * 1e10, value + 0.1], random)
  return toScalar(random)
}

function changeList(list: readonly unknown[], random: Random, depth: number): unknown[] {
  const copy = [...list]
  const at = Math.floor(random() * copy.length)
  if (random() < 0.3) copy.splice(at, 1)
  else if (random() < 0.5)
    copy.push(copy.length > 0 && random() < 0.5 ? structuredClone(copy[at]) : toScalar(random))
  else if (copy.length > 0) copy[at] = change(copy[at], random, depth + 1)
  return copy
}

function changeObject(object: object, random: Random, depth: number): object {
  const entries = Object.entries(object)
  const at = Math.floor(random() * entries.length)
  const entry = entries[at]
  if (random() < 0.25) entries.splice(at, 1)
  else if (random() < 0.35 || entry === undefined)
    entries.push([pick(KEYS, random), toScalar(random)])
  else entries[at] = [entry[0], change(entry[1], random, depth + 1)]
  return Object.fromEntries(entries)
}

function changeText(text: string, random: Random): string {
  const at = Math.floor(random() * (text.length + 1))
  const sign = pick(['a', 'Z', '0', '-', '.', ' ', '\n', ':', '/', '😀', ''], random)
  return text.slice(0, at) + sign + text.slice(at + Math.floor(random() * 2))
}

function toScalar(random: Random): unknown {
  const kind = random()
  if (kind < 0.08) return []
  if (kind < 0.16) return {}
  if (kind < 0.2) return [pick(SCALARS, random)]
  return pick(SCALARS, random)
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)] as Item
}
