import { afterEach, expect, test } from 'vitest'
import { openRepository, type Repository } from './parse/repository.ts'
import { runKube, type ToolRun } from './run-kube.ts'

let repository: Repository | undefined
afterEach(() => repository?.close())

function kube(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ToolRun> {
  repository = openRepository({
    'package.json': JSON.stringify({
      name: 'billing',
      servicex: { extends: '@acme/convention', registry: 'mine.example' },
    }),
    'node_modules/@acme/convention/index.json': JSON.stringify({
      registry: 'acme.example',
      environments: { prod: { context: 'acme-prod' } },
    }),
    'node_modules/@acme/convention/package.json': '{"name":"@acme/convention","main":"index.json"}',
  })
  return runKube(['config', ...argv], { cwd: repository.root, env })
}

test('kube config prints what is set, and by which place', async () => {
  expect((await kube([])).stdout).toBe(
    [
      'extends       @acme/convention  (package.json)',
      'registry      mine.example  (package.json)',
      'environments  {"production":{"context":"acme-prod"}}  (@acme/convention)',
      '',
    ].join('\n'),
  )
})

test('--explain says what each place says: preset, repository, environment variable', async () => {
  expect((await kube(['--explain', 'registry'])).stdout).toBe(
    [
      'registry is mine.example',
      '  @acme/convention   acme.example',
      '  package.json       mine.example  ← this counts',
      '  SERVICEX_REGISTRY  says nothing',
      '',
    ].join('\n'),
  )
  repository?.close()
  const { stdout } = await kube(['--explain', 'registry'], { SERVICEX_REGISTRY: 'ci.example' })
  expect(stdout).toContain('  SERVICEX_REGISTRY  ci.example  ← this counts\n')
})

test('a path of keys leads into a setting', async () => {
  const { stdout } = await kube(['--explain', 'environments.production.context', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ value: 'acme-prod', source: '@acme/convention' })
})

test('what is no setting is a slip', async () => {
  const { exitCode, stderr } = await kube(['--explain', 'registy'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('there is no setting "registy" — did you mean "registry"?')
})

test('a variable that is no registry names the variable', async () => {
  const { exitCode, stderr } = await kube([], { SERVICEX_REGISTRY: 'HTTP://x' })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('the settings of SERVICEX_REGISTRY have 1 problem')
})
