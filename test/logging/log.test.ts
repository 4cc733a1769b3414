import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { noteThrown } from '../../src/context/operation/failure.ts'
import { addSink } from '../../src/context/observer.ts'
import type { FailureFacts } from '../../src/context/facts.ts'
import type { Scope } from '../../src/context/scope.ts'
import { withContext } from '../../src/context/with-context.ts'
import { withSpan } from '../../src/context/with-span.ts'
import { captureError, log } from '../../src/logging/log.ts'
import { captureLog, type LogCapture } from './log-capture.ts'

type LogMethod = (...args: unknown[]) => void
const methods = log as unknown as Readonly<Record<string, LogMethod>>

let capture: LogCapture

beforeEach(() => {
  capture = captureLog()
})

describe('what a call says', () => {
  test.for<[unknown[], object]>([
    [['hello'], { message: 'hello' }],
    [['hello %s, %d of %i', 'ann', 1.5, 2.9], { message: 'hello ann, 1.5 of 2' }],
    [['%j and %o', { a: 1 }, [1]], { message: '{"a":1} and [1]' }],
    [['100%% of %s'], { message: '100%% of %s' }],
    [['100%% of %s', 'it'], { message: '100% of it' }],
    [['left over', 'x', 'y'], { message: 'left over' }],
    [[{ port: 1 }, 'up'], { message: 'up', port: 1 }],
    [[{ port: 1 }, 'up on %s', 'a'], { message: 'up on a', port: 1 }],
    [[{ port: 1 }], { message: '', port: 1 }],
    [[undefined, 'hello'], { message: 'hello' }],
    [[null, 'hello'], { message: 'hello' }],
    [[], { message: '' }],
    [[42], { message: '42' }],
    [[{ a: 1 }, { b: 2 }], { message: '{"b":2}', a: 1 }],
    [[[1, 2], 'list'], { message: 'list', value: [1, 2] }],
  ])('%j', ([args, expected]) => {
    methods['info']?.call(log, ...args)
    const { timestamp, service, version, environment, severity, ...rest } = capture.takeOne()
    expect(rest).toEqual(expected)
    expect({ service, version, environment, severity }).toEqual({
      service: 'billing',
      version: 'unknown',
      environment: 'production',
      severity: 'info',
    })
    expect(Math.abs(Date.parse(String(timestamp)) - Date.now())).toBeLessThan(5000)
  })

  const error = new TypeError('boom')

  test.for([
    ['alone', [error], 'boom'],
    ['with a message', [error, 'failed'], 'failed'],
    ['as err', [{ err: error }, 'failed'], 'failed'],
    ['as error', [{ error }, 'failed'], 'failed'],
    ['as err without a message', [{ err: error }], 'boom'],
    ['after a message', ['failed', error], 'failed'],
    ['after fields', [{}, error], 'boom'],
    ['in the message', ['failed: %s', error], 'failed: boom'],
  ] as const)('an error %s is the error of the line', ([, args, message]) => {
    methods['warn']?.call(log, ...args)
    const line = capture.takeOne()
    expect(line).toMatchObject({ message, error: { type: 'TypeError', message: 'boom' } })
    expect(line).not.toHaveProperty('err')
  })

  test('an error of another realm is one', () => {
    log.warn(runInNewContext('new RangeError("far away")') as Error)
    expect(capture.takeOne()['error']).toMatchObject({ type: 'RangeError', message: 'far away' })
  })

  test('a request or a response is told of in short, not with its sockets', () => {
    const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/a' })
    const response = new ServerResponse(request)
    log.info(request, 'got')
    expect(capture.takeOne()['req']).toEqual({ method: 'GET', url: '/a' })
    log.info(response, 'sent')
    expect(capture.takeOne()['res']).toEqual({ statusCode: 200 })
    log.info({ request }, 'got')
    expect(capture.takeOne()['request']).toEqual({ method: 'GET', url: '/a' })
  })

  test('fields that bear a name of ours cannot change the line', () => {
    const fields = JSON.parse(
      '{"level":60,"msg":"x","message":"m","severity":"fatal","trace_id":"f","service":"other","__proto__":{"polluted":1}}',
    ) as object
    log.info(fields, 'real')
    const line = capture.takeOne()
    expect(line).toMatchObject({ severity: 'info', message: 'real', service: 'billing' })
    expect(line).not.toHaveProperty('trace_id')
    expect(line['fields']).toMatchObject({ level: 60, msg: 'x', trace_id: 'f' })
    expect(Object.getOwnPropertyDescriptor(line, '__proto__')?.value).toEqual({ polluted: 1 })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('a message with line breaks and control characters is one line', () => {
    log.info('a\nb\r\u2028\u0085\u001b[31m')
    expect(capture.texts.at(-1)?.split(/[\n\r\u2028\u0085]/)).toHaveLength(2)
    expect(capture.takeOne()['message']).toBe('a\nb\r\u2028\u0085\u001b[31m')
  })
})

describe('children', () => {
  test('carry their fields and their ancestors’, the innermost winning', () => {
    const child = log.child({ tenant: 'a', user: 1 }).child({ user: 2 })
    child.info({ item: 3 }, 'hello')
    expect(capture.takeOne()).toMatchObject({ tenant: 'a', user: 2, item: 3 })
    expect(child.bindings()).toEqual({ tenant: 'a', user: 2 })
    child.info({ user: 4 }, 'hello')
    expect(capture.takeOne()).toMatchObject({ user: 4 })
  })

  test('can be given more fields', () => {
    const child = log.child({ a: 1 })
    child.setBindings({ b: 2 })
    child.info('hello')
    expect(capture.takeOne()).toMatchObject({ a: 1, b: 2 })
    log.info('hello')
    expect(capture.takeOne()).not.toHaveProperty('b')
  })

  test('made before init() follow it, and every later change of the level', () => {
    const child = log.child({ a: 1 }).child({ b: 2 }, { serializers: {} })
    child.debug('unseen')
    expect(capture.take()).toEqual([])
    const later = captureLog({ LOG_LEVEL: 'debug', OTEL_SERVICE_NAME: 'other' })
    child.debug('seen')
    expect(later.takeOne()).toMatchObject({ service: 'other', b: 2 })
    log.level = 'error'
    child.warn('unseen')
    child.error('seen')
    expect(later.takeOne()).toMatchObject({ message: 'seen' })
  })

  test('may have a severity of their own, now or later', () => {
    const child = log.child({}, { level: 'debug' })
    child.debug('seen')
    log.debug('unseen')
    expect(capture.takeOne()).toMatchObject({ severity: 'debug' })
    expect([child.level, log.level]).toEqual(['debug', 'info'])
    expect([child.isLevelEnabled('debug'), log.isLevelEnabled('debug')]).toEqual([true, false])
    child.level = 'error'
    child.warn('unseen')
    log.warn('seen')
    expect(capture.takeOne()).toMatchObject({ message: 'seen' })
  })

  test('can be silent; the service cannot', () => {
    const child = log.child({}, { level: 'silent' })
    child.fatal('unseen')
    expect(child.level).toBe('silent')
    log.level = 'silent'
    log.fatal('seen')
    expect(capture.takeOne()).toMatchObject({ severity: 'fatal' })
  })

  test('have their prefix, their serializers and their own severities', () => {
    const child = log.child(
      { req: { id: 7, secret: 'x' } },
      {
        msgPrefix: '[http] ',
        serializers: { req: ({ id }: { id: number }) => ({ id }), bad: () => fail('serializer') },
        customLevels: { notice: 35 },
      },
    )
    const { notice } = child as unknown as Readonly<Record<string, LogMethod>>
    notice?.call(child, { bad: 1, other: 2 }, 'hello')
    expect(capture.takeOne()).toMatchObject({
      severity: 'info',
      message: '[http] hello',
      req: { id: 7 },
      bad: '[unreadable: serializer]',
      other: 2,
    })
  })

  test('with severities of their own follow a change of level, too', () => {
    const child = log.child({}, { customLevels: { notice: 35 } })
    log.level = 'debug'
    child.debug('seen')
    expect(capture.takeOne()).toMatchObject({ severity: 'debug' })
  })

  test('asked for with options that pino refuses are made without them', () => {
    log.child({ a: 1 }, { level: 'loud', customLevels: { info: 99 } }).info('hello')
    expect(capture.takeOne()).toMatchObject({ a: 1, message: 'hello' })
  })
})

describe('levels', () => {
  test.for(['debug', 'info', 'warn', 'error', 'fatal'])(
    'LOG_LEVEL=%s keeps what is less',
    (least) => {
      const own = captureLog({ LOG_LEVEL: least })
      const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
      for (const level of levels) methods[level]?.call(log, level)
      expect(own.take().map(({ message }) => message)).toEqual(levels.slice(levels.indexOf(least)))
      expect(log.level).toBe(least)
    },
  )

  test('an unknown level changes nothing', () => {
    log.level = 'constructor'
    log.level = 'loud'
    expect(log.level).toBe('info')
    expect([log.isLevelEnabled('constructor'), log.isLevelEnabled('warn')]).toEqual([false, true])
  })
})

describe('errors', () => {
  let failures: FailureFacts[]
  let forget: () => void

  beforeEach(() => {
    failures = []
    forget = addSink({ onFailure: (facts) => failures.push(facts) })
  })
  afterEach(() => forget())

  test.for([
    ['debug', []],
    ['info', []],
    ['warn', []],
    ['error', ['error']],
    ['fatal', ['fatal']],
  ] as const)('logged at %s are reported as %j', ([level, severities]) => {
    methods[level]?.call(log, new Error('x'), 'hello')
    expect(failures.map(({ severity }) => severity)).toEqual(severities)
  })

  test('are reported once, however many layers log them', async () => {
    const error = new Error('x')
    log.error(error)
    captureError(error)
    log.child({ a: 1 }).fatal({ err: error }, 'again')
    await expect(withSpan('work', () => Promise.reject(error))).rejects.toBe(error)
    expect(failures).toHaveLength(1)
    expect(capture.take()).toHaveLength(3)
  })

  test('are reported with the fields of their line, of the logger and of the context', () => {
    withContext({ tenant: 'acme' }, () => {
      log.child({ component: 'db' }).error({ err: new Error('x'), invoice: 7 }, 'failed')
    })
    expect(failures[0]?.fields).toEqual({ tenant: 'acme', component: 'db', invoice: 7 })
  })

  test('captureError() writes one line at error, reports, and takes whatever was thrown', () => {
    captureError('text', { invoice: 7 })
    captureError(undefined)
    captureError(null)
    expect(capture.take()).toMatchObject([
      { severity: 'error', message: 'text', invoice: 7, error: { type: 'thrown string' } },
      { severity: 'error', message: 'captureError was given undefined' },
      { severity: 'error', message: 'captureError was given null' },
    ])
    expect(failures).toHaveLength(3)
  })

  test('thrown out of a request belong to it, though nobody hears of them there', () => {
    const error = new Error('x')
    withSpan('request', (span) => noteThrown(error, span as unknown as Scope))
    log.fatal({ err: error })
    const { trace_id: traceId, span_id: spanId } = capture.takeOne()
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(failures[0]?.trace).toMatchObject({ traceId, spanId })
  })

  test('belong to the trace of the work that logged them', () => {
    withSpan('work', ({ traceId, spanId }) => {
      log.error(new Error('x'))
      expect(failures[0]?.trace).toMatchObject({ traceId, spanId })
      expect(capture.takeOne()).toMatchObject({ trace_id: traceId, span_id: spanId })
    })
  })
})

test('lines that were lost are told of by the next one that gets through, once', () => {
  capture.lose(3)
  for (const text of ['a', 'b', 'c', 'd', 'e']) log.info(text)
  expect(capture.take()).toMatchObject([{ message: 'd', log_dropped: 3 }, { message: 'e' }])
  expect(capture.texts.at(-1)).not.toContain('log_dropped')
})

function fail(message: string): never {
  throw new Error(message)
}
