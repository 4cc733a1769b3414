import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const FIXTURE = join(import.meta.dirname, '../fixtures/signals/before-init.ts')

interface Run {
  readonly status: number | null
  readonly stderr: string
  readonly lines: readonly Readonly<Record<string, unknown>>[]
}

function run(env: Readonly<Record<string, string>>): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [FIXTURE], {
    env: { PATH: process.env['PATH'], ADMIN_PORT: '0', NODE_ENV: 'production', ...env },
    encoding: 'utf8',
  })
  const texts = stdout.split('\n').filter(Boolean)
  return { status, stderr, lines: texts.map((text) => JSON.parse(text) as Run['lines'][number]) }
}

test('lines before init() are those of the service already, as far as the environment says', () => {
  const { status, stderr, lines } = run({ SERVICEX_REVISION: '3fa1c2e' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const own = { service: 'servicex', version: '3fa1c2e', environment: 'production' }
  expect(lines).toMatchObject([
    { message: 'before', component: 'db', ...own },
    { message: 'after', component: 'db', name: 'servicex', ...own },
  ])
})

test('LOG_LEVEL holds before init() and after it', () => {
  expect(run({ LOG_LEVEL: 'debug' }).lines.map(({ message }) => message)).toEqual([
    'before',
    'before, debug',
    'after',
    'after, debug',
  ])
})

test('with wrong settings lines are written all the same, until init() says what is wrong', () => {
  const { status, stderr, lines } = run({ LOG_LEVEL: 'loud', PORT: '80a' })
  expect(lines.map(({ message }) => message)).toEqual(['before'])
  expect(status).toBe(1)
  expect(stderr).toContain('SERVICEX_CONFIG_INVALID  2 settings are wrong for service "servicex"')
  expect(stderr).toContain('LOG_LEVEL  is "loud"')
})
