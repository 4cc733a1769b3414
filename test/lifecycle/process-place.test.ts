import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { openApp, type AppProcess } from './app-process.ts'

let app: AppProcess | undefined

afterEach(() => app?.close())

describe('a service that a package script runs', () => {
  test('says at start that npm stands before it, with the fix', async () => {
    app = await openApp('serve-node-http.ts', { env: { npm_lifecycle_event: 'start' } })
    expect(app.lines).toContainEqual(
      expect.objectContaining({
        severity: 'warn',
        message: expect.stringMatching(/^started by the package script "start"/),
        fix: 'start node itself: CMD ["node", "dist/app.js"]',
      }),
    )
  })

  test.for([
    ['run by node itself', {}],
    ['on a person’s machine', { npm_lifecycle_event: 'dev', NODE_ENV: 'development' }],
  ] as const)('%s says nothing of it', async ([, env]) => {
    app = await openApp('serve-node-http.ts', { env })
    expect(app.lines.map(({ severity }) => severity)).toEqual(['info'])
  })
})

const namespaces = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0
const note = namespaces ? '' : ' (skipped: this machine lets nobody make a process namespace)'

test.skipIf(!namespaces)(`as PID 1 a service drains on SIGTERM all the same${note}`, async () => {
  app = await openApp('serve-node-http.ts', {
    command: ['unshare', '--pid', '--fork', '--kill-child'],
  })
  const children = readFileSync(`/proc/${app.pid}/task/${app.pid}/children`, 'utf8').trim()
  process.kill(Number(children), 'SIGTERM')
  expect((await app.ended).exitCode).toBe(0)
  expect(app.lines.at(-1)?.message).toBe('SIGTERM: draining')
})
