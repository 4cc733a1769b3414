import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from './kube-dev.ts'

const MAIN = join(import.meta.dirname, '../../../tooling/main.ts')
/** util-linux's, which gives a program a terminal. */
const HAS_TERMINAL =
  process.platform === 'linux' &&
  spawnSync('script', ['--version'], { stdio: 'ignore' }).status === 0
const why = HAS_TERMINAL ? '' : ' (skipped: script of util-linux is not installed)'

let folder = ''
let opened = ''
let child: ChildProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-dev-open-'))
  opened = join(folder, 'opened')
  mkdirSync(join(folder, 'bin'))
  const opener = join(folder, 'bin', 'xdg-open')
  writeFileSync(opener, `#!/bin/sh\nprintf %s "$1" > "$OPENED.new" && mv "$OPENED.new" "$OPENED"\n`)
  chmodSync(opener, 0o755)
})
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function toEnv(own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { CI: _ci, ...inherited } = process.env
  return {
    ...inherited,
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    OPENED: opened,
    XDG_STATE_HOME: join(folder, 'state'),
    DISPLAY: ':99',
    NO_COLOR: '1',
    ...own,
  }
}

interface Run {
  readonly isTerminal?: boolean
  readonly words?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What stands before the command, on a terminal. */
  readonly prefix?: string
  /** What else must be so before it is ended: Ctrl-C reaches all that have just been started. */
  readonly until?: () => boolean
}

/** Runs `kube dev` until it has said where the page is, then ends it; gives its address. */
async function run({
  isTerminal = true,
  words = [],
  env = {},
  prefix = '',
  until = () => true,
}: Run): Promise<string> {
  const command = [process.execPath, MAIN, 'dev', '--receive-only', '--port', '0', ...words]
  const [file = '', ...args] = isTerminal
    ? ['script', '--quiet', '--return', '--command', `${prefix} ${command.join(' ')}`, '/dev/null']
    : command
  const started = spawn(file, args, {
    cwd: folder,
    env: toEnv(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child = started
  const exited = once(started, 'exit')
  let output = ''
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const url = await waitUntil('the address', () => /http:\/\/\S+token=[\w-]+/.exec(output)?.[0])
  await waitUntil('the end of the start', () =>
    /drain and stop/.test(output) && until() ? true : undefined,
  )
  // In a terminal, Ctrl-C is a byte.
  if (isTerminal) started.stdin.write('\u{3}')
  else started.kill('SIGINT')
  await exited
  return url
}

describe.skipIf(!HAS_TERMINAL)(`kube dev in a terminal${why}`, () => {
  test('opens the page in the browser, with its token', async () => {
    const url = await run({ until: () => existsSync(opened) })
    expect(readFileSync(opened, 'utf8')).toBe(url)
  })

  test.for([
    ['--no-open', ['--no-open'], {}],
    ['CI', [], { CI: 'true' }],
    ['no screen', [], { DISPLAY: '' }],
  ] as const)('opens none with %s', async ([, words, env]) => {
    await run({ words, env })
    expect(existsSync(opened)).toBe(false)
  })

  test('goes on where the browser cannot be opened', async () => {
    await run({ prefix: 'env PATH=/nowhere' })
    expect(existsSync(opened)).toBe(false)
  })
})

test('kube dev without a terminal opens no browser', async () => {
  await run({ isTerminal: false })
  expect(existsSync(opened)).toBe(false)
})
