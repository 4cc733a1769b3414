import { describe, expect, test, vi } from 'vitest'
import { LOG_KEYS, type LogKeyPreset } from '../../src/convention/log-keys.ts'
import { toEncoder } from '../../src/logging/encoder.ts'
import { encodePretty } from '../../src/logging/pretty.ts'
import type { Encoder, LineRecord } from '../../src/logging/record.ts'
import { configOf } from '../config/config-of.ts'
import { RECORDS } from './records.ts'

const PRESETS = Object.keys(LOG_KEYS) as LogKeyPreset[]

function encoderOf(preset: LogKeyPreset, googleProject = 'shop-prod'): Encoder {
  const { service, logging } = configOf({
    NODE_ENV: 'production',
    SERVICEX_REVISION: '3fa1c2e',
    GOOGLE_CLOUD_PROJECT: googleProject,
  })
  return toEncoder(preset, service, logging)
}

type Line = Readonly<Record<string, unknown>>

describe.for(PRESETS)('in preset %s', (preset) => {
  const encode = encoderOf(preset)
  const parse = (record: LineRecord): Line => JSON.parse(encode(record)) as Line

  test('lines are spelled as in its golden file', async () => {
    await expect(RECORDS.map(encode).join('')).toMatchFileSnapshot(`golden/${preset}.ndjson`)
  })

  test('every record is one line of JSON with no key twice', () => {
    for (const record of RECORDS) {
      const line = encode(record)
      // eslint-disable-next-line no-control-regex
      expect(line).toMatch(/^\{[^\n\r\u0000-\u001f\u007f-\u009f\u2028\u2029]*\}\n$/)
      expect(topLevelKeys(line)).toEqual(Object.keys(JSON.parse(line) as object))
    }
  })

  test('no key that the line has of its own is the caller’s to set', () => {
    for (const record of RECORDS) {
      const own = parse({ ...record, fields: [] })
      const spoofed = Object.fromEntries(Object.keys(own).map((key) => [key, 'spoofed']))
      const line = parse({ ...record, fields: [{ harmless: 1 }, spoofed] })
      expect(line).toEqual({ ...own, harmless: 1, fields: spoofed })
    }
  })

  test.for(['level', 'time', 'msg', 'pid', 'hostname', 'severity', 'message', 'timestamp'])(
    'a collector does not take a caller’s %s for the line’s',
    (name) => {
      const [record] = RECORDS as [LineRecord]
      const line = parse({ ...record, fields: [{ [name]: 'spoofed' }] })
      expect(line['fields']).toEqual({ [name]: 'spoofed' })
      expect(line[name]).not.toBe('spoofed')
    },
  )
})

describe('for a person at a terminal', () => {
  test('lines are spelled as in the golden file', async () => {
    vi.stubEnv('NO_COLOR', '1')
    vi.stubEnv('FORCE_COLOR', undefined)
    await expect(RECORDS.map(encodePretty).join('')).toMatchFileSnapshot('golden/pretty.txt')
  })

  test('a text from outside can neither drive the terminal nor look like a line of its own', () => {
    const [record] = RECORDS as [LineRecord]
    const text = '\u001b[2Jok\r\n12:00:00.000 fatal forged\u009b31m\u2028x\u0007'
    const error = Object.assign(new Error(text), { stack: text, cause: text })
    const lines = encodePretty({ ...record, message: text, fields: [{ text }], error }).split('\n')
    // eslint-disable-next-line no-control-regex
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
    expect(lines.filter((line) => /^\d/.test(line))).toHaveLength(1)
  })

  test('causes that go round in a circle come to an end', () => {
    const [record] = RECORDS as [LineRecord]
    const error = new Error('round')
    error.cause = error
    expect(encodePretty({ ...record, error }).split('caused by').length).toBeLessThan(12)
  })
})

test('a project’s name cannot break the line', () => {
  const [, , record] = RECORDS as [LineRecord, LineRecord, LineRecord]
  const line = JSON.parse(encoderOf('gcp', 'a"b\\c')(record)) as Line
  expect(line['logging.googleapis.com/trace']).toBe(
    'projects/a"b\\c/traces/0af7651916cd43dd8448eb211c80319c',
  )
})

/** The keys of the outermost object, doubles included, which JSON.parse passes over. */
function topLevelKeys(line: string): string[] {
  const keys: string[] = []
  let depth = 0
  for (const [token, key] of line.matchAll(/"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (depth === 1 && token.endsWith(':')) keys.push(JSON.parse(`"${key}"`) as string)
  }
  return keys
}
