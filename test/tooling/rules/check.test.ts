import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { RULES } from '../../../tooling/plan/rules/catalog.ts'
import { openRepository, type Repository } from '../parse/repository.ts'
import { runKube, type ToolRun } from '../run-kube.ts'
import { type Files, GOOD } from './repositories.ts'

let repository: Repository | undefined
afterEach(() => repository?.close())

const LOG: Files = { 'src/app.ts': `import 'servicex'\nconsole.log('here')\n` }

function kube(argv: readonly string[], files: Files = {}, env = {}): Promise<ToolRun> {
  const texts = Object.entries({ ...GOOD, ...files }).map(([path, value]) => [
    path,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  repository = openRepository(Object.fromEntries(texts))
  return runKube(argv, { cwd: repository.root, env })
}

function permitting(exception: object): Files {
  const packageJson = GOOD['package.json'] as { servicex: object }
  const servicex = { ...packageJson.servicex, exceptions: [exception] }
  return { ...LOG, 'package.json': { ...packageJson, servicex } }
}

test('kube check says the rule, the place and the fix, and exits 3', async () => {
  const { exitCode, stdout, stderr } = await kube(['check'], LOG)
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' })
  expect(stdout).toContain(
    [
      'one-logger  The app logs through servicex: no other logger, no console in src/.',
      '    error    src/app.ts:2  calls console.log',
      "    fix: use `log` of 'servicex'; it takes pino's arguments",
    ].join('\n'),
  )
  expect(stdout).toMatch(/^billing: 1 error, \d warnings?$/m)
})

test('for an environment its severities count: what sandbox lets pass exits 0', async () => {
  const { exitCode, stdout } = await kube(['check', 'sandbox'], LOG)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('warning  src/app.ts:2  calls console.log')
})

test('of several services in one repository each is deployed by the pipelines at its top', async () => {
  const { '.github/workflows/ci.yml': pipeline = '', ...files } = GOOD
  const texts = Object.entries(files).map(([path, value]) => [
    `services/billing/${path}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  repository = openRepository(Object.fromEntries(texts))
  const cwd = join(repository.root, 'services/billing')
  const without = await runKube(['check', 'prod'], { cwd })
  expect(without.stdout).toContain('there is no CI pipeline')
  repository.write({ '.github/workflows/ci.yml': String(pipeline) })
  expect((await runKube(['check', 'prod'], { cwd })).stdout).not.toContain('ci-deploys')
  repository.write({ '.github/workflows/old.yml': 'run: kubectl apply -f x\n' })
  expect((await runKube(['check', 'prod'], { cwd })).stdout).toContain(
    '../../.github/workflows/old.yml:1  goes around kube: kubectl apply',
  )
})

test('--json is one object with every finding', async () => {
  const { stdout } = await kube(['check', 'prod', '--json'], LOG)
  expect(JSON.parse(stdout)).toMatchObject({
    service: 'billing',
    environment: 'production',
    errors: 1,
    findings: expect.arrayContaining([
      expect.objectContaining({
        rule: 'one-logger',
        severity: 'error',
        path: 'src/app.ts',
        line: 2,
      }),
    ]) as unknown,
  })
})

test('--sarif writes what code scanning reads', async () => {
  await kube(['--version'], LOG)
  const file = join(repository?.root ?? '', 'out/check.sarif')
  await runKube(['check', '--sarif', file], { cwd: repository?.root ?? '' })
  const { version, runs } = JSON.parse(readFileSync(file, 'utf8')) as {
    version: string
    runs: { tool: { driver: { rules: { id: string }[] } }; results: object[] }[]
  }
  expect(version).toBe('2.1.0')
  expect(runs[0]?.tool.driver.rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id))
  expect(runs[0]?.results).toContainEqual(
    expect.objectContaining({
      ruleId: 'one-logger',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'src/app.ts', uriBaseId: 'SERVICE' },
            region: { startLine: 2 },
          },
        },
      ],
    }),
  )
})

test('in GitHub Actions each finding is an annotation', async () => {
  const { stderr } = await kube(['check'], LOG, { GITHUB_ACTIONS: 'true' })
  expect(stderr).toContain('::error file=src/app.ts,line=2,title=one-logger::calls console.log\n')
})

test('an expired exception stops it and names its owner', async () => {
  const files = permitting({
    rule: 'one-logger',
    reason: 'it goes soon',
    owner: 'ann',
    until: '2026-01-31',
  })
  const { exitCode, stdout } = await kube(['check'], files)
  expect(exitCode).toBe(3)
  expect(stdout).toContain('the exception of ann ended on 2026-01-31')
})

test('kube exceptions lists them, the soonest end first', async () => {
  const files = permitting({
    rule: 'one-logger',
    reason: 'it goes soon',
    owner: 'ann',
    until: '2026-01-31',
  })
  const { exitCode, stdout } = await kube(['exceptions'], files)
  expect(exitCode).toBe(3)
  expect(stdout).toMatch(
    /^one-logger {2}until 2026-01-31, ended \d+ days ago {2}ann: it goes soon\n$/,
  )
})

test('a repository without any says so', async () => {
  expect(await kube(['exceptions'])).toEqual({
    exitCode: 0,
    stdout: 'billing has no exceptions\n',
    stderr: '',
  })
})

test('an exception without an owner, a reason or a day is no setting', async () => {
  const files = permitting({ rule: 'one-logger', reason: 'why', until: 'soon' })
  const { exitCode, stderr } = await kube(['check'], files)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/exceptions\.0\.reason {2}expected a sentence that says why/)
  expect(stderr).toMatch(/exceptions\.0\.owner {2}/)
  expect(stderr).toMatch(/exceptions\.0\.until {2}expected a day: 2026-12-31/)
})

test.for(RULES)(
  'kube explain $id says the rule, why it is, and the fix',
  async ({ id, sentence, reason, fix }) => {
    const { exitCode, stdout } = await runKube(['explain', id])
    expect(exitCode).toBe(0)
    for (const words of [sentence, reason, fix]) expect(stdout).toContain(words)
  },
)

test('kube check --list prints every rule, anywhere', async () => {
  const { exitCode, stdout } = await runKube(['check', '--list', '--json'], { cwd: '/' })
  expect(exitCode).toBe(0)
  expect((JSON.parse(stdout) as { id: string }[]).map(({ id }) => id)).toEqual(
    RULES.map(({ id }) => id),
  )
})
