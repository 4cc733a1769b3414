import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ServicexError } from '../../src/convention/servicex-error.ts'
import { KUBE, SERVICEX } from '../../tooling/command/catalog.ts'
import type { AttachCommand, Tool } from '../../tooling/command/command.ts'
import { assertNode } from '../../tooling/parse/tool-version.ts'
import { runKube, type ToolRun } from './run-kube.ts'

const main = join(import.meta.dirname, '../../tooling/main.ts')
const packageJson = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
) as { version: string }

describe('kube', () => {
  test('a Node of an older line is told which one is needed', () => {
    expect(() => assertNode('20.20.2')).toThrow(
      /^SERVICEX_NODE_TOO_OLD {2}this is Node 20\.20\.2; kube runs on \^22[^]*fix: npm install --save-dev node@24/,
    )
    expect(() => assertNode('22.22.3')).not.toThrow()
    expect(() => assertNode('26.0.0')).not.toThrow()
  })

  test.for(['--help', '-h', 'help'])('%s lists every command on stdout', async (word) => {
    const { exitCode, stdout, stderr } = await run(KUBE, [word])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const { name, summary } of KUBE.commands) {
      expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'))
    }
  })

  test('without a word says what --help says', async () => {
    expect(await run(KUBE, [])).toEqual(await run(KUBE, ['--help']))
  })

  test.for(['--version', '-V'])('%s prints the version of the package', async (word) => {
    expect(await run(KUBE, [word])).toEqual({
      exitCode: 0,
      stdout: `${packageJson.version}\n`,
      stderr: '',
    })
  })

  test.for([
    [['exlpain'], 'kube has no command "exlpain" — did you mean "explain"?', 'kube explain'],
    [['xyzzy'], 'kube has no command "xyzzy"', 'kube --help'],
    [
      ['qa', 'depoly', 'HEAD'],
      'kube qa has no command "depoly" — did you mean "deploy"?',
      'kube qa deploy',
    ],
    [['--verison'], 'kube has no option "--verison" — did you mean "--version"?', 'kube --version'],
    [['explain'], `kube explain: missing required argument 'code'`, 'kube explain --help'],
    [
      ['explain', '--jsn', 'x'],
      `kube explain: unknown option '--jsn' (Did you mean --json?)`,
      'kube explain --help',
    ],
  ] as const)(
    '%j exits 2 and says the slip and the fix, without a stack',
    async ([argv, summary, fix]) => {
      expect(await run(KUBE, argv)).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: `SERVICEX_USAGE  ${summary}\n  fix: ${fix}\n`,
      })
    },
  )

  test('<command> --help says its arguments and options', async () => {
    const { exitCode, stdout } = await run(KUBE, ['explain', '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Usage: kube explain \[options\] <code>$/m)
    expect(stdout).toContain('--json')
  })
})

describe('a command', () => {
  test('that throws a bug exits 1 and shows where', async () => {
    const attach: AttachCommand = (command) => {
      command.action(() => {
        throw new TypeError('no such thing')
      })
    }
    const { exitCode, stderr } = await run(toolOf(attach), ['go'])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^TypeError: no such thing\n {4}at /)
  })

  test('whose action never finishes with an exit code has failed', async () => {
    const attach: AttachCommand = (command) => void command.action(() => undefined)
    expect((await run(toolOf(attach), ['go'])).exitCode).toBe(1)
  })

  test('is the only one that is loaded', async () => {
    const loaded: string[] = []
    const entry = (name: string): Tool['commands'][number] => ({
      name,
      summary: name,
      load: async () => {
        loaded.push(name)
        return (command, { finish }) => void command.action(() => finish(0))
      },
    })
    const tool = { name: 't', summary: 's', commands: [entry('a'), entry('b')] }
    expect((await run(tool, ['b'])).exitCode).toBe(0)
    expect(loaded).toEqual(['b'])
  })
})

describe('a failure under --json', () => {
  const failing = (error: Error): Tool =>
    toolOf((command) => {
      command
        .option('--json')
        .argument('[words...]')
        .action(() => {
          throw error
        })
    })
  const usage = new ServicexError('SERVICEX_USAGE', {
    summary: 'shop has no pod',
    details: ['web: none'],
    fix: 'kube <env> status',
  })

  test('is one line on standard output too, with the fix as it is to be typed', async () => {
    const { exitCode, stdout, stderr } = await run(failing(usage), ['go', 'qa', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      type: 'error',
      error: {
        code: 'SERVICEX_USAGE',
        message: 'SERVICEX_USAGE  shop has no pod\n  web: none\n  fix: kube qa status',
        fix: 'kube qa status',
      },
      exitCode: 2,
    })
    expect(stdout).toMatch(/^[^\n]+\n$/)
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'SERVICEX_USAGE  shop has no pod\n  web: none\n  fix: kube qa status\n',
    })
  })

  test('that is a bug has no code, and its stack is for people', async () => {
    const { stdout, stderr } = await run(failing(new TypeError('no such thing')), ['go', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      type: 'error',
      error: { message: 'no such thing' },
      exitCode: 1,
    })
    expect(stderr).toContain('\n    at ')
  })

  test('a slip in the words is one too', async () => {
    const { stdout } = await run(KUBE, ['explain', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'SERVICEX_USAGE' }, exitCode: 2 })
  })

  test.for([[['go']], [['go', '--', '--json']]] as const)('%j asks for none', async ([argv]) => {
    expect((await run(failing(usage), argv)).stdout).toBe('')
  })
})

describe('as a process', () => {
  test('the exit code and the streams are those of the command', async () => {
    const failure = promisify(execFile)(process.execPath, [main, 'explian'])
    await expect(failure).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('did you mean "explain"?'),
    })
  })

  test('a reader that leaves early ends it quietly', async () => {
    const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    const stderr: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    const exitCode = await new Promise((resolve) => child.on('close', resolve))
    expect({ exitCode, stderr: Buffer.concat(stderr).toString() }).toEqual({
      exitCode: 0,
      stderr: '',
    })
  })
})

test('kube and servicex have no two commands of one name', () => {
  for (const { commands } of [KUBE, SERVICEX]) {
    const names = commands.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  }
})

function run(tool: Tool, argv: readonly string[]): Promise<ToolRun> {
  return runKube(argv, { tool })
}

function toolOf(attach: AttachCommand): Tool {
  const go = { name: 'go', summary: 'goes', load: async () => attach }
  return { name: 't', summary: 's', commands: [go] }
}
