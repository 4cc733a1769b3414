import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readProject } from '../../../tooling/parse/project.ts'
import { openRepository, type Repository } from './repository.ts'

let repository: Repository | undefined
afterEach(() => repository?.close())

function projectOf(
  files: Readonly<Record<string, unknown>>,
  below = '',
): ReturnType<typeof readProject> {
  const texts = Object.entries(files).map(([path, value]) => [
    path,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  repository = openRepository(Object.fromEntries(texts))
  return readProject(join(repository.root, below))
}

test('a project is the nearest package at or above the folder, named without its scope', async () => {
  const project = await projectOf(
    {
      'package.json': { name: '@acme/billing' },
      'package-lock.json': {},
      'src/deep/a.ts': '',
    },
    'src/deep',
  )
  const root = repository?.root ?? ''
  expect(project).toMatchObject({
    root,
    repository: root,
    name: 'billing',
    packageManager: 'npm',
    lockfile: join(root, 'package-lock.json'),
    settings: {},
  })
})

test.for([
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['npm-shrinkwrap.json', 'npm'],
] as const)('%s means %s; in a workspace it lies above the package', async ([name, manager]) => {
  const project = await projectOf(
    { 'package.json': {}, [name]: '', 'apps/a/package.json': {} },
    'apps/a',
  )
  expect(project.packageManager).toBe(manager)
  expect(project.lockfile).toBe(join(repository?.root ?? '', name))
})

test('packageManager decides between two lockfiles; without it they are an error', async () => {
  const locks = { 'package-lock.json': {}, 'pnpm-lock.yaml': '' }
  const project = await projectOf({ 'package.json': { packageManager: 'pnpm@10.1.0' }, ...locks })
  expect(project.packageManager).toBe('pnpm')
  repository?.close()
  await expect(projectOf({ 'package.json': {}, ...locks })).rejects.toThrow(
    /SERVICEX_PROJECT_INVALID .*has lockfiles of npm and of pnpm/,
  )
})

test.for(['{', '[]', 'null', '7'])('package.json with %j is one error', async (text) => {
  await expect(projectOf({ 'package.json': text })).rejects.toThrow(
    /SERVICEX_PROJECT_INVALID .*is no JSON object/,
  )
})

test("a preset's settings stand under the repository's, environments key by key, names in full", async () => {
  const { settings } = await projectOf({
    'package.json': {
      servicex: {
        extends: '@acme/convention',
        registry: 'mine.example/x',
        environments: { prod: { context: 'own' } },
      },
    },
    'node_modules/@acme/convention/package.json': { name: '@acme/convention', main: 'index.mjs' },
    'node_modules/@acme/convention/index.mjs': `export default ${JSON.stringify({
      registry: 'acme.example/apps',
      insecureRegistries: ['lab:5000'],
      environments: { production: { context: 'p', clusterId: 'uid-1' }, qa: { context: 'q' } },
    })}`,
  })
  expect(settings).toEqual({
    extends: '@acme/convention',
    registry: 'mine.example/x',
    insecureRegistries: ['lab:5000'],
    environments: { production: { context: 'own', clusterId: 'uid-1' }, qa: { context: 'q' } },
  })
})

test('a preset may be a file of the repository', async () => {
  const { settings } = await projectOf({
    'package.json': { servicex: { extends: './company.json' } },
    'company.json': { registry: 'acme.example' },
  })
  expect(settings.registry).toBe('acme.example')
})

test('every wrong key of package.json#servicex is told at once, with what was meant', async () => {
  const promise = projectOf({
    'package.json': {
      servicex: { registy: 'x', registry: 'HTTP://x', environments: { prod: { contxt: 'p' } } },
    },
  })
  await expect(promise).rejects.toThrow(/have 4 problems/)
  await expect(promise).rejects.toThrow(/registy {2}is no setting — did you mean "registry"\?/)
  await expect(promise).rejects.toThrow(/registry {2}expected host\[:port\]\[\/path\]/)
  await expect(promise).rejects.toThrow(/environments\.prod\.contxt {2}is no setting/)
})

test.for([
  [
    'a preset that is not installed',
    { 'package.json': { servicex: { extends: '@acme/none' } } },
    /extends {2}is "@acme\/none": Cannot find module/,
  ],
  [
    'a preset that names itself',
    { 'package.json': { servicex: { extends: './a.json' } }, 'a.json': { extends: './a.json' } },
    /names itself/,
  ],
] as const)('%s is an error', async ([, files, message]) => {
  await expect(projectOf(files)).rejects.toThrow(message)
})
