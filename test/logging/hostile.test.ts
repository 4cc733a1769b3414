import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { captureError, log } from '../../src/logging/log.ts'
import { anyValue, HOSTILE } from './hostile-values.ts'
import { captureLog } from './log-capture.ts'

/** Longest line: what of values is written, and a little of our own. */
const MAX_LINE_CHARS = 200_000

/** Runs of the property; set FUZZ_RUNS for a long one. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 250)

const capture = captureLog({ LOG_LEVEL: 'debug' })

/** Does `call`, which must not throw, and gives the one line it wrote. */
function lineOf(call: () => void): Record<string, unknown> {
  const before = capture.texts.length
  call()
  const texts = capture.texts.slice(before)
  expect(texts).toHaveLength(1)
  const [text = ''] = texts
  // eslint-disable-next-line no-control-regex
  expect(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+\n$/.test(text)).toBe(true)
  expect(text.length).toBeLessThan(MAX_LINE_CHARS)
  return JSON.parse(text) as Record<string, unknown>
}

/** pino's types are stricter than what apps in JavaScript do. */
type LogMethod = (...args: unknown[]) => void
const { info, warn, error } = log as unknown as Readonly<Record<string, LogMethod>>

describe('one valid line, and no throw, for', () => {
  test.for(Object.entries(HOSTILE))('%s', ([, make]) => {
    lineOf(() => info?.call(log, make()))
    lineOf(() => info?.call(log, make(), 'hello'))
    lineOf(() => info?.call(log, {}, make()))
    lineOf(() => info?.call(log, 'hello %s %d %j %o', make(), make(), make(), make()))
    const message = 'hello'
    const value = make()
    expect(lineOf(() => info?.call(log, { fine: 1, value }, message))).toMatchObject({
      message,
      fine: 1,
    })
    expect(lineOf(() => error?.call(log, { err: value }, message))).toMatchObject({ message })
    lineOf(() => error?.call(log, { err: new Error('x', { cause: value }) }))
    lineOf(() => log.child(value as never).warn(message))
    lineOf(() => warn?.call(log.child({ value }, value as never), message))
    lineOf(() => captureError(value, { value }))
    lineOf(() => captureError(new Error('x'), value as never))
  })

  test(`${RUNS} random calls`, () => {
    const args = fc.array(anyValue(), { maxLength: 4 })
    const levels = fc.constantFrom('debug', 'info', 'warn', 'error', 'fatal')
    fc.assert(
      fc.property(levels, args, anyValue(), (level, given, bindings) => {
        const logger = log.child(bindings() as never) as unknown as Record<string, LogMethod>
        const values = given.map((make) => make())
        lineOf(() => logger[level]?.(...values))
        expect(({} as Record<string, unknown>)['x']).toBeUndefined()
      }),
      { seed: 20_260_102, numRuns: RUNS },
    )
  })
})

test('what can be read of a hostile object is in the line', () => {
  const value = HOSTILE['an object with a getter that throws']?.()
  const list = HOSTILE['a sparse list']?.()
  const line = lineOf(() => log.info({ value, list }, 'hello'))
  expect(line).toMatchObject({
    value: { fine: 1, bad: '[unreadable: getter]' },
    list: [null, null, null, 'x', null],
  })
})

test('a circle is named where it closes, and what is too deep where it is cut', () => {
  const circle: Record<string, unknown> = { name: 'a' }
  circle['list'] = [circle]
  expect(lineOf(() => log.info({ circle, deep: HOSTILE['a deep object']?.() }, 'x'))).toMatchObject(
    {
      circle: { name: 'a', list: ['[circular]'] },
      deep: { value: [{ value: [{ value: [{ value: ['[truncated]'] }] }] }] },
    },
  )
})

test('a line whose fields cannot be read says why, and keeps its message and its error', () => {
  const fields = HOSTILE['a proxy that throws at everything']?.()
  expect(lineOf(() => log.info(fields, 'hello'))).toMatchObject({
    message: 'hello',
    log_error: expect.stringContaining('trap'),
  })
  expect(lineOf(() => captureError(new RangeError('x'), fields as never))).toMatchObject({
    error: { type: 'RangeError', message: 'x' },
    log_error: expect.stringContaining('trap'),
  })
})

test('the values that are logged are not changed', () => {
  const value = { password: 'x', list: [{ token: 'y' }], at: new Date(0) }
  const copy = structuredClone(value)
  lineOf(() => log.info(value, 'hello'))
  expect(value).toEqual(copy)
})
