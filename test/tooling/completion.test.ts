import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KUBE } from '../../tooling/command/catalog.ts'
import { openRepository, type Repository } from './parse/repository.ts'
import { runKube } from './run-kube.ts'

let repository: Repository
beforeAll(() => {
  const environments = { prod: { context: 'p' }, qa: { context: 'q' } }
  repository = openRepository({
    'package.json': JSON.stringify({ name: 'billing', servicex: { environments } }),
  })
})
afterAll(() => repository.close())

async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runKube(['completion', 'words', '--', ...words], {
    cwd: repository.root,
  })
  return stdout.split('\n').filter((word) => word !== '')
}

test('the first word is a command or an environment', async () => {
  const words = await complete('')
  expect(words).toEqual([...KUBE.commands.map(({ name }) => name), 'production', 'qa'])
  expect(await complete('che')).toEqual(['check'])
  expect(await complete('--v')).toEqual(['--version'])
})

test('after an environment come the commands that take one', async () => {
  const taking = KUBE.commands.filter(({ takesEnvironment }) => takesEnvironment)
  expect(await complete('prod', '')).toEqual(taking.map(({ name }) => name))
})

test('after a command come its environments, and its options once a dash is there', async () => {
  expect(await complete('check', '')).toEqual(['production', 'qa'])
  expect(await complete('check', '--')).toEqual(['--json', '--sarif', '--list', '--help'])
  expect(await complete('prod', 'check', '--j')).toEqual(['--json'])
})

test('commands within a command are known, and their own options', async () => {
  expect(await complete('client', 'a')).toEqual(['add'])
  expect(await complete('client', 'add', '--op')).toEqual(['--ops'])
})

test.for([
  ['nonsense', 'x', ''],
  ['explain', '--nope', ''],
])('%j completes to nothing, without an error', async (words) => {
  expect((await complete(...words)).filter((word) => !word.startsWith('-'))).toEqual([])
})

test('bash completes with the script it is given', async () => {
  const { stdout: script } = await runKube(['completion', 'bash'])
  const kube = join(repository.root, 'kube')
  const main = join(import.meta.dirname, '../../tooling/main.ts')
  writeFileSync(kube, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`)
  chmodSync(kube, 0o755)
  const typed = `${script}\nCOMP_WORDS=("${kube}" prod che) COMP_CWORD=2\n_kube_complete\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`
  const out = execFileSync('bash', ['-c', typed], { cwd: repository.root, encoding: 'utf8' })
  expect(out).toBe('check\n')
})

test.for(['zsh', 'fish'])('there is a script for %s', async (shell) => {
  const { exitCode, stdout } = await runKube(['completion', shell])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('completion words --')
})

test('a shell that is not known is a slip', async () => {
  expect((await runKube(['completion', 'toString'])).exitCode).toBe(2)
})
