import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const repository = join(import.meta.dirname, '..')
const kube = join(repository, 'dist/kube.js')

/** Apps as one finds them, and what they answer. */
const APPS = [
  {
    app: 'express-cjs',
    start: ['server.js'],
    path: '/todos/1',
    route: '/todos/:id',
    body: { id: '1', title: 'buy milk' },
  },
  {
    app: 'fastify-esm',
    start: ['src/index.js'],
    path: '/items/1',
    route: '/items/:id',
    body: { id: '1', name: 'a book', currency: 'EUR' },
  },
  {
    app: 'nest',
    start: ['dist/main.js'],
    path: '/cats/1',
    route: '/cats/:index',
    body: { name: 'Felix' },
  },
] as const

const GIT = ['-c', 'user.name=A', '-c', 'user.email=a@example.com']

let home = ''
let child: ChildProcess | undefined
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'servicex-migrate-'))
})
afterEach(async () => {
  const ended = child === undefined ? undefined : once(child, 'close')
  child?.kill('SIGKILL')
  await ended
  child = undefined
  rmSync(home, { recursive: true, force: true })
})

function openApp(app: string, name = app): string {
  const folder = join(home, name)
  cpSync(join(import.meta.dirname, 'fixtures/migrate', app), folder, { recursive: true })
  run(folder, 'git', 'init', '--quiet')
  run(folder, 'git', 'add', '--all')
  run(folder, 'git', ...GIT, 'commit', '--quiet', '--message', 'as it was')
  return folder
}

function run(folder: string, program: string, ...words: readonly string[]): string {
  return execFileSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function migrate(folder: string, ...words: readonly string[]): string {
  return run(folder, process.execPath, kube, 'migrate', ...words)
}

function filesOf(folder: string): Readonly<Record<string, string>> {
  const paths = run(folder, 'git', 'ls-files', '--cached', '--others').trim().split('\n')
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}

describe.for(APPS)('kube migrate, $app', ({ app, start, path, route, body }) => {
  test('shows a diff that git applies, and changes nothing; --write does the same', () => {
    const [shown, written] = [openApp(app, 'shown'), openApp(app, 'written')]
    const before = filesOf(shown)
    const diff = migrate(shown)
    expect(filesOf(shown)).toEqual(before)
    migrate(written, '--write')
    execFileSync('git', ['apply'], { cwd: shown, input: diff })
    expect(filesOf(shown)).toEqual(filesOf(written))
    expect(filesOf(shown)).not.toEqual(before)
  })

  test('a second time there is nothing to change', () => {
    const folder = openApp(app)
    migrate(folder, '--write')
    run(folder, 'git', ...GIT, 'commit', '--quiet', '--all', '--message', 'migrated')
    expect(migrate(folder)).toBe('')
  })

  test('the app answers as before, and its requests are in the log with a trace', async () => {
    const folder = openApp(app)
    migrate(folder, '--write')
    linkPackages(folder)
    if (app === 'nest')
      run(folder, process.execPath, join(repository, 'node_modules/typescript/bin/tsc'))
    const port = await findPort()
    const { lines, line } = startApp(folder, start, port)
    await line(({ message }) => /ready|listening|are up/.test(String(message)))
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    expect(await response.json()).toEqual(body)
    const access = await line(({ http }) => http !== undefined)
    expect(access).toMatchObject({
      http: { route, status: 200 },
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    })
    expect(lines.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test('the rules that a change of code can follow are followed', () => {
    const folder = openApp(app)
    migrate(folder, '--write')
    linkPackages(folder)
    const found = JSON.parse(check(folder)) as { findings: { rule: string }[] }
    const rules = new Set(found.findings.map(({ rule }) => rule))
    expect([...rules].toSorted()).toEqual(['base-image-pinned', 'ci-deploys', 'lockfile-present'])
  })
})

test('over what is not committed it writes nothing', () => {
  const folder = openApp('express-cjs')
  rmSync(join(folder, 'lib/todos.js'))
  expect(() => migrate(folder, '--write')).toThrow(/SERVICEX_TREE_DIRTY .*\n {2}lib\/todos\.js/)
  expect(existsSync(join(folder, 'service.mjs'))).toBe(false)
})

function check(folder: string): string {
  try {
    return run(folder, process.execPath, kube, 'check', '--json')
  } catch (error) {
    return (error as { readonly stdout: string }).stdout
  }
}

type Line = Readonly<Record<string, unknown>>

function startApp(
  folder: string,
  words: readonly string[],
  port: number,
): { lines: Line[]; line: (fits: (line: Line) => boolean) => Promise<Line> } {
  const env = {
    PATH: process.env['PATH'],
    PORT: String(port),
    ADMIN_PORT: '0',
    NODE_ENV: 'production',
  }
  const started = spawn(process.execPath, words, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child = started
  const lines: Line[] = []
  const waiting: (() => void)[] = []
  createInterface({ input: started.stdout }).on('line', (text) => {
    if (text.startsWith('{')) lines.push(JSON.parse(text) as Line)
    for (const wake of waiting.splice(0)) wake()
  })
  const line = async (fits: (line: Line) => boolean): Promise<Line> => {
    for (;;) {
      const found = lines.find(fits)
      if (found !== undefined) return found
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push(resolve)
      started.once('close', (code) =>
        reject(new Error(`it ended with ${code}: ${JSON.stringify(lines)}`)),
      )
      await promise
    }
  }
  return { lines, line }
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What an install would do, from this repository's own packages. */
function linkPackages(folder: string): void {
  const from = join(repository, 'node_modules')
  const into = join(folder, 'node_modules')
  mkdirSync(into)
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(into, name))
  symlinkSync(repository, join(into, 'servicex'))
}
