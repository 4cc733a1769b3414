import Fastify from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { log } from '../../src/logging/log.ts'
import { captureLog, type LogCapture } from './log-capture.ts'

let capture: LogCapture
let app: ReturnType<typeof toApp>

beforeEach(() => {
  capture = captureLog()
  app = toApp()
})
afterEach(() => app.close())

test('Fastify writes its own lines through log, in short', async () => {
  await app.inject({ url: '/invoices/7?token=hunter2', headers: { 'x-request-id': 'r1' } })
  expect(capture.texts.join('')).not.toContain('hunter2')
  expect(capture.take()).toMatchObject([
    {
      severity: 'info',
      message: 'incoming request',
      service: 'billing',
      reqId: 'r1',
      req: { method: 'GET', url: '/invoices/7?token=[redacted]', remoteAddress: '127.0.0.1' },
    },
    { message: 'found', invoice: '7', reqId: 'r1' },
    {
      message: 'request completed',
      reqId: 'r1',
      res: { statusCode: 200 },
      responseTime: expect.any(Number),
    },
  ])
})

test('an error that Fastify logs is the error of the line', async () => {
  await app.inject('/boom')
  expect(capture.take().find(({ severity }) => severity === 'error')).toMatchObject({
    message: 'boom',
    error: {
      type: 'TypeError',
      message: 'boom',
      stack: expect.stringContaining('fastify.test.ts'),
    },
    res: { statusCode: 500 },
  })
})

test('a route’s own log level is obeyed', async () => {
  await app.inject('/quiet')
  expect(capture.take()).toEqual([])
})

test('a change of level reaches requests and the app’s logger', async () => {
  log.level = 'error'
  await app.inject('/invoices/7')
  app.log.info('unseen')
  expect(capture.take()).toEqual([])
})

function toApp() {
  const app = Fastify({ loggerInstance: log, requestIdHeader: 'x-request-id' })
  app.get<{ Params: { id: string } }>('/invoices/:id', async (request) => {
    request.log.info({ invoice: request.params.id, token: 'hunter2' }, 'found')
    return { id: request.params.id }
  })
  app.get('/quiet', { logLevel: 'warn' }, async (request) => {
    request.log.info('unseen')
    return {}
  })
  app.get('/boom', async () => {
    throw new TypeError('boom')
  })
  return app
}
