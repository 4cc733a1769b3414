import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AppStartError, CorrelationError, expectCorrelated } from '../../src/testing/index.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')

test('an app whose signals do not agree is told of by request, signal, field and value', async () => {
  const error: unknown = await expectCorrelated({
    command: [process.execPath, join(FIXTURES, 'forgetful-app.ts')],
    ok: { path: '/users/7', route: '/users/:id' },
    failing: '/swallows',
  }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(CorrelationError)
  const { findings, message } = error as CorrelationError
  expect(findings).toEqual([
    {
      request: 'ok GET /users/7',
      signal: 'access line',
      field: 'http.route',
      actual: 'unmatched',
      expected: '/users/:id',
    },
    {
      request: 'failing GET /swallows',
      signal: 'error event',
      field: 'their number',
      actual: 0,
      expected: 1,
    },
    {
      request: 'after the requests',
      signal: 'process',
      field: 'end on SIGTERM',
      actual: 'exited with 7',
      expected: 'exited with 0',
    },
  ])
  expect(message).toContain(
    'ok GET /users/7  access line: http.route is "unmatched" — expected "/users/:id"',
  )
  expect(message).toMatch(/\n {2}fix: /)
})

test.for([
  ['ends at once', `console.log('no database'); process.exit(3)`, /exited with 3\nno database/],
  [
    'opens no port',
    'setInterval(() => {}, 1000)',
    /did not listen on PORT=\d+ and ADMIN_PORT=\d+ in 300 ms/,
  ],
] as const)('an app that %s is told of with the end of its output', async ([, code, message]) => {
  const started = expectCorrelated({ command: [process.execPath, '-e', code], timeoutMs: 300 })
  await expect(started).rejects.toThrow(AppStartError)
  await expect(started).rejects.toThrow(message)
})

test('a command that is not there is told of', async () => {
  const started = expectCorrelated({ command: ['/no/such/program'] })
  await expect(started).rejects.toThrow(/^\/no\/such\/program: could not be started: .*ENOENT/)
})
