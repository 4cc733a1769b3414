import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const APP = join(import.meta.dirname, '..', 'fixtures', 'frameworks', 'printing.ts')

// Koa's own printing gives way to any listener of its `error` event, so servicex's is enough. Express
// (outside of NODE_ENV=test) and Hono print what their default error handler answers, and offer no
// way to keep that handler and not its printing: an app with an error handler of its own
// (`app.use((error, …) => …)`, `app.onError(…)`) prints nothing.
test('each error is one line on stdout; on stderr, Koa prints it no more, Express and Hono do', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [APP], {
    env: { PATH: process.env['PATH'], ADMIN_PORT: '0', SERVICEX_LOG_FORMAT: 'otel' },
  })
  const errors = stdout
    .split('\n')
    .filter((line) => line.includes(' failed'))
    .map((line) => (JSON.parse(line) as { error: { message: string } }).error.message)
  expect(errors).toEqual(['koa failed', 'express failed', 'hono failed'])
  expect(stderr.match(/\w+ failed/g)).toEqual(['express failed', 'hono failed'])
})
