import { expect, test } from 'vitest'
import { captureError, log } from '../../src/logging/log.ts'
import { captureLog } from './log-capture.ts'

const SECRET = 'hunter2Z9secret'
const JWT = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.${SECRET}`

const capture = captureLog()

/** Every way in which a secret comes into a log by mistake. */
const LEAKS: Readonly<Record<string, () => void>> = {
  'a field': () => log.info({ Password: SECRET }),
  'a field below': () => log.info({ user: { password: SECRET } }),
  'a field far below': () => log.info({ a: { b: { token: SECRET } } }),
  'a field in a list': () => log.info({ users: [{ name: 'a', apiKey: SECRET }] }),
  'a whole object under a sensitive name': () => log.info({ credentials: { id: SECRET } }),
  'a map': () => log.info({ headers: new Map([['authorization', SECRET]]) }),
  toJSON: () => log.info({ user: { toJSON: () => ({ password: SECRET }) } }),
  headers: () => log.info({ headers: { Authorization: `Bearer ${SECRET}`, Cookie: SECRET } }),
  'a URL': () => log.info({ url: `/a?token=${SECRET}` }),
  'a URL object': () => log.info({ url: new URL(`http://u:${SECRET}@db/`) }),
  'a message': () => log.info(`calling postgres://u:${SECRET}@db`),
  'a message with a bearer token': () => log.info(`sent Bearer ${SECRET}`),
  'a message with a JWT': () => log.info(`got ${JWT}`),
  'a format argument': () => log.info('user %o of %s', { password: SECRET }, `?token=${SECRET}`),
  'an error’s message': () => log.error(new Error(`postgres://u:${SECRET}@db refused`)),
  'a cause’s message': () => log.error(new Error('x', { cause: new Error(`token=${SECRET}`) })),
  'an error’s own fields': () => log.error(Object.assign(new Error('x'), { authToken: SECRET })),
  'an error’s request, as HTTP clients add it': () =>
    log.error(
      Object.assign(new Error('x'), {
        config: { headers: { authorization: SECRET }, url: `https://u:${SECRET}@api/` },
      }),
    ),
  'an error below': () => log.warn({ reasons: [new Error(`Bearer ${SECRET}`)] }),
  'a child’s bindings': () => log.child({ sessionId: SECRET }).info('x'),
  'something thrown that is no error': () => captureError({ password: SECRET }),
  'text thrown': () => captureError(`password=${SECRET}`),
  'fields of an error': () => captureError(new Error('x'), { client_secret: SECRET }),
  'a text across the limit of texts': () =>
    log.info({ text: `${'x'.repeat(16_384 - 20)}?token=${SECRET}` }),
}

test.for(Object.entries(LEAKS))('%s: the secret is not in the line', ([, leak]) => {
  leak()
  const texts = capture.texts.slice(-1).join('')
  expect(capture.take()).toHaveLength(1)
  expect(texts).toContain('[redacted]')
  expect(texts).not.toMatch(/hunter2/)
})
