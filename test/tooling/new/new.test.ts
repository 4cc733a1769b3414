import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  COMMON_DEPENDENCIES,
  COMMON_DEV_DEPENDENCIES,
  TEMPLATES,
} from '../../../tooling/plan/new/template.ts'
import { runKube, type ToolRun } from '../run-kube.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'servicex-new-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function kubeNew(...words: readonly string[]): Promise<ToolRun> {
  return runKube(['new', '--no-install', '--no-commit', ...words], { cwd: folder })
}

function read(path: string): string {
  return readFileSync(join(folder, path), 'utf8')
}

describe.for(TEMPLATES)('kube new --template $name', ({ name: template }) => {
  test('writes a whole app of that name, and asks nothing', async () => {
    const { exitCode, stdout } = await kubeNew('billing', '--template', template, '--json')
    expect(exitCode).toBe(0)
    const { files } = JSON.parse(stdout) as { files: string[] }
    expect(files).toEqual(
      expect.arrayContaining([
        '.gitignore',
        'README.md',
        'package.json',
        'service.ts',
        'src/app.ts',
        '.github/workflows/ship.yml',
      ]),
    )
    for (const file of files) expect(read(`billing/${file}`), file).not.toContain('app-name')
    expect(JSON.parse(read('billing/package.json'))).toMatchObject({
      name: 'billing',
      type: 'module',
    })
  })

  test('is the same each time', async () => {
    const read = async (place: string): Promise<readonly string[]> => {
      const { stdout } = await kubeNew(
        'billing',
        '--folder',
        place,
        '--template',
        template,
        '--json',
      )
      const { files } = JSON.parse(stdout) as { files: string[] }
      return files.map((file) => readFileSync(join(folder, place, file), 'utf8'))
    }
    expect(await read('a')).toEqual(await read('b'))
  })
})

test("the company's preset, the registry and the clusters go into package.json#servicex", async () => {
  await kubeNew(
    'billing',
    '--extends',
    '@acme/convention@^2',
    '--registry',
    'acme.example/apps',
    '--context',
    'prod=acme-prod',
    '--context',
    'qa=acme-qa',
  )
  expect(JSON.parse(read('billing/package.json'))).toMatchObject({
    devDependencies: { '@acme/convention': '^2' },
    servicex: {
      extends: '@acme/convention',
      registry: 'acme.example/apps',
      environments: { production: { context: 'acme-prod' }, qa: { context: 'acme-qa' } },
    },
  })
})

test.for(['gitlab', 'circleci', 'travis', 'jenkins'])(
  '--ci %s writes its pipeline and no other',
  async (ci) => {
    const { stdout } = await kubeNew('billing', '--ci', ci, '--json')
    const { files } = JSON.parse(stdout) as { files: string[] }
    const pipelines = files.filter((file) =>
      /ship\.yml|gitlab-ci|circleci|travis|Jenkinsfile/.test(file),
    )
    expect(pipelines).toHaveLength(1)
    expect(pipelines[0]?.toLowerCase()).toContain(ci)
  },
)

test('with git, it makes a repository with one commit that leaves nothing out', async () => {
  const env = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  }
  const before = { ...process.env }
  Object.assign(process.env, env)
  try {
    expect((await runKube(['new', 'billing', '--no-install'], { cwd: folder })).exitCode).toBe(0)
  } finally {
    process.env = before
  }
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: join(folder, 'billing'), encoding: 'utf8' })
  expect(git('status', '--porcelain')).toBe('')
  expect(git('log', '--format=%s')).toBe('billing: made with kube new\n')
})

describe('nothing is written', () => {
  test('into a folder that has something in it', async () => {
    mkdirSync(join(folder, 'billing'))
    writeFileSync(join(folder, 'billing/notes.txt'), 'mine')
    const { exitCode, stderr } = await kubeNew('billing')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/SERVICEX_FOLDER_NOT_EMPTY {2}.* it has notes\.txt\n {2}fix: /)
    expect(readdirSync(join(folder, 'billing'))).toEqual(['notes.txt'])
  })

  test.for([
    [['Billing App'], /can name no service.*\n {2}fix: kube new billing-app/],
    [['../evil'], /can name no service/],
    [['--template'], /argument missing/],
    [
      ['a', '--template', 'http-fastfy'],
      /no template "http-fastfy" — did you mean "http-fastify"\?/,
    ],
    [['a', '--ci', 'bamboo'], /no CI system "bamboo"/],
    [['a', '--context', 'prod'], /"prod" is no context/],
    [['a', '--extends', 'not a package'], /"not a package" is no package/],
    [[], /missing required argument 'name'/],
  ] as const)('for %j', async ([words, message]) => {
    const { exitCode, stderr } = await kubeNew(...words)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
    expect(readdirSync(folder)).toEqual([])
    expect(existsSync(join(folder, '../evil'))).toBe(false)
  })
})

test('the ranges of templates are those this repository is tested with', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>
  const tested = { ...devDependencies, ...dependencies }
  const asked = Object.assign(
    {},
    COMMON_DEPENDENCIES,
    COMMON_DEV_DEPENDENCIES,
    ...TEMPLATES.map((template) => template.dependencies),
  ) as Record<string, string>
  for (const [name, range] of Object.entries(asked)) expect(range, name).toBe(`^${tested[name]}`)
})
