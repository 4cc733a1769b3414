import Fastify from 'fastify'
import type { Logger } from 'pino'
import { expectTypeOf, test } from 'vitest'
import { captureError, log } from '../../src/index.ts'

test('log is pino’s Logger', () => {
  expectTypeOf(log).toEqualTypeOf<Logger>()
})

test('log takes what pino takes', () => {
  const error: unknown = new Error('x')
  log.info('hello')
  log.info('hello %s', 'ann')
  log.info({ port: 1 }, 'up')
  log.error(error)
  log.error(error, 'failed')
  log.error({ err: error, invoice: 7 }, 'failed')
  log.child({ tenant: 'a' }, { level: 'debug' }).debug('hello')
})

test('captureError takes whatever a catch gives', () => {
  try {
    log.flush()
  } catch (error) {
    captureError(error)
    captureError(error, { invoice: 7 })
  }
  // @ts-expect-error -- fields are an object
  captureError(new Error('x'), 'invoice 7')
})

test('Fastify takes log as its logger', () => {
  expectTypeOf(Fastify({ loggerInstance: log }).log.info).toBeFunction()
})
