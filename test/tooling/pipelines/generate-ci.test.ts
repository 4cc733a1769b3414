import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openRepository, type Repository } from '../parse/repository.ts'
import { runKube, type ToolRun } from '../run-kube.ts'

let repository: Repository | undefined
afterEach(() => repository?.close())

function generateCi(words: readonly string[], servicex: object = {}): Promise<ToolRun> {
  repository ??= openRepository({
    'package.json': JSON.stringify({ name: 'billing', scripts: { test: 'x' }, servicex }),
    'pnpm-lock.yaml': '',
  })
  return runKube(['generate', 'ci', ...words], { cwd: repository.root })
}
afterEach(() => {
  repository = undefined
})

function read(path: string): string {
  return readFileSync(join(repository?.root ?? '', path), 'utf8')
}

test('kube generate ci --gitlab writes the pipeline for the package manager, and names the secrets', async () => {
  const { exitCode, stdout, stderr } = await generateCi(['--gitlab'], {
    environments: { qa: { context: 'q' } },
  })
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '.gitlab-ci.yml\n' })
  expect(stderr).toContain('DOCKER_AUTH_CONFIG')
  const text = read('.gitlab-ci.yml')
  for (const words of [
    'pnpm install --frozen-lockfile',
    'pnpm test',
    'pnpm exec kube prod deploy HEAD',
    'pnpm exec kube qa deploy HEAD',
    '$CI_COMMIT_BRANCH == "main"',
  ])
    expect(text).toContain(words)
})

test('the branch is the one that is said', async () => {
  await generateCi(['--github', '--branch', 'release/2.x'])
  expect(read('.github/workflows/ship.yml')).toContain("github.ref == 'refs/heads/release/2.x'")
})

test('a file that is there stays, unless --force is given', async () => {
  await generateCi(['--travis'])
  expect((await generateCi(['--travis'])).stderr).toMatch(/SERVICEX_FILE_EXISTS/)
  expect((await generateCi(['--travis', '--force'])).exitCode).toBe(0)
})

test.for([
  [[], /wants one CI system/],
  [['--github', '--gitlab'], /wants one CI system/],
  [['--github', '--branch', `x' || 'a`], /cannot be the branch/],
  [['--github', '--branch', '$(touch PWNED)'], /cannot be the branch/],
  [['--github', '--trial', 'moon'], /no environment "moon"/],
] as const)('%j is refused, and nothing is written', async ([words, message]) => {
  const { exitCode, stderr } = await generateCi(words)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(message)
  expect(existsSync(join(repository?.root ?? '', '.github'))).toBe(false)
})
