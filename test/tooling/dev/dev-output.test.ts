import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { toLogRecord } from '../../../tooling/plan/dev/log-line.ts'
import { openDevOutput } from '../../../tooling/report/dev/dev-output.ts'

const ESCAPE = '\u{1b}'
const [CYAN, MAGENTA] = [`${ESCAPE}[36m`, `${ESCAPE}[35m`]

interface Written {
  readonly stdout: string
  readonly stderr: string
}

/** Tells of a line of each service and of a notice, and gives what was written. */
function tell(
  isTTY: boolean,
  env: Readonly<Record<string, string>> = {},
  message = 'ready',
): Written {
  const written = { stdout: '', stderr: '' }
  const host = {
    stdout: { isTTY, write: (text: string) => (written.stdout += text) },
    stderr: { isTTY, write: (text: string) => (written.stderr += text) },
    cwd: () => '/',
    env,
  }
  const output = openDevOutput(host, { isJson: false, services: ['users', 'billing'] })
  for (const service of ['users', 'billing']) {
    const text = JSON.stringify({ severity: 'error', message })
    output.line(toLogRecord(text, { service, source: 'stdout', receivedMs: 0 }), text)
  }
  output.notice('billing', 'src/app.ts changed: starting again')
  return written
}

describe('on a terminal', () => {
  test('each service has a colour of its own before its lines, and the same before its notices', () => {
    const { stdout, stderr } = tell(true)
    const [users = '', billing = ''] = stdout.split('\n')
    expect(users.startsWith(`${CYAN}users   │`)).toBe(true)
    expect(billing.startsWith(`${MAGENTA}billing │`)).toBe(true)
    expect(stderr.startsWith(`${MAGENTA}billing │`)).toBe(true)
  })

  test('names are as wide as the longest, so that lines stand below each other', () => {
    const rows = stripVTControlCharacters(tell(true).stdout).trimEnd().split('\n')
    expect(rows.map((row) => row.indexOf('│'))).toEqual([8, 8])
  })

  test('a line cannot steer it: escapes of an app are shown, not done', () => {
    const { stdout } = tell(true, {}, `${ESCAPE}[2J${ESCAPE}]0;owned\u{7}\r\nfake`)
    expect(stdout).not.toContain(`${ESCAPE}[2J`)
    expect(stdout).not.toContain('\u{7}')
    expect(stdout).not.toContain('\r')
    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  test('NO_COLOR takes the colours, and leaves the names', () => {
    const { stdout } = tell(true, { NO_COLOR: '1' })
    expect(stdout).toBe(stripVTControlCharacters(stdout))
    expect(stdout).toMatch(/^users {3}│/)
  })
})

test('in a pipe there are no colours', () => {
  const { stdout, stderr } = tell(false)
  expect(stdout + stderr).not.toContain(ESCAPE)
})
