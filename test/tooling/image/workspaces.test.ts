import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRegistryProblem } from '../../package/packed.ts'
import { openRepository } from '../parse/repository.ts'
import {
  type AppRepository,
  pathsOf,
  type Planned,
  toApp,
  writeAll,
  writeTarball,
} from './app-repository.ts'
import { runKube } from '../run-kube.ts'

const run = promisify(execFile)

const problem = await readRegistryProblem()
const note = problem === undefined ? '' : ` (skipped: ${problem})`

/** One package manager: how it is got, what makes its lockfile, and what its own files are. */
interface Manager {
  readonly name: string
  readonly package: string
  readonly lock: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  /** What stands for a package of the repository. */
  readonly range: string
  readonly workspaces?: readonly string[]
}

const globs = ['apps/*', 'packages/*']

const MANAGERS: readonly Manager[] = [
  {
    name: 'npm',
    package: 'npm@11',
    lock: ['npm', 'install', '--package-lock-only'],
    range: '*',
    workspaces: globs,
  },
  {
    name: 'pnpm',
    package: 'pnpm@10',
    lock: ['pnpm', 'install', '--lockfile-only'],
    files: { 'pnpm-workspace.yaml': 'packages:\n  - apps/*\n  - packages/*\n' },
    range: 'workspace:*',
  },
  {
    name: 'yarn 1',
    package: 'yarn@1',
    lock: ['yarn', 'install', '--ignore-scripts'],
    range: '1.0.0',
    workspaces: globs,
  },
  {
    name: 'yarn 4',
    package: '@yarnpkg/cli-dist@4',
    lock: ['yarn', 'install'],
    env: { YARN_NODE_LINKER: 'node-modules', YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' },
    files: { 'yarn.lock': '' },
    range: 'workspace:*',
    workspaces: globs,
  },
]

describe.skipIf(problem !== undefined).for(MANAGERS)(`a workspace of $name${note}`, (manager) => {
  let app: AppRepository

  beforeAll(async () => {
    app = await openWorkspace(manager)
  }, 120_000)

  afterAll(() => app.close())

  test('is in the image as far as the app uses it, built, in the folders it has', async () => {
    const { exitCode, stdout, stderr } = await runKube(['build', '--dry-run', '--json'], {
      cwd: `${app.root}/apps/web`,
      env: { XDG_CACHE_HOME: app.cacheFolder },
    })
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    const planned = JSON.parse(stdout) as Planned
    const installed = pathsOf(planned, 'dependencies').join('\n')
    expect(installed).toMatch(/node_modules\/used\/index\.js$/m)
    expect(installed).not.toMatch(/node_modules\/(unused|tool)\//)
    expect(installed).toMatch(/node_modules\/@acme\/shared$/m)
    expect(pathsOf(planned, 'workspaces')).toEqual([
      'packages/shared/dist/index.js',
      'packages/shared/package.json',
    ])
    expect(pathsOf(planned, 'app')).toEqual(['apps/web/package.json', 'apps/web/src/app.ts'])
    expect(planned.plan.platforms[0]?.config.config).toMatchObject({
      Cmd: ['node', 'src/app.ts'],
      WorkingDir: '/app/apps/web',
    })
  })
})

/** An app, a package that it uses and that is built by a tool of the top, and one that it does not use. */
async function openWorkspace(manager: Manager): Promise<AppRepository> {
  const repository = openRepository()
  const pathOf = async (name: string, files = {}, manifest = {}): Promise<string> =>
    (await writeTarball(repository.root, { name, files: { 'index.js': 'x', ...files }, manifest }))
      .path
  const cli = `#!/usr/bin/env node\nconst fs = require('fs')\nfs.mkdirSync('dist')\nfs.writeFileSync('dist/index.js', 'x')\n`
  const tool = await pathOf('tool', { 'cli.js': cli }, { bin: { make: 'cli.js' } })
  const used = `file:../../${await pathOf('used')}`
  const unused = `file:../../${await pathOf('unused')}`
  const packageOf = (name: string, rest: object): string =>
    JSON.stringify({ name, version: '1.0.0', ...rest })
  writeAll(repository.root, {
    'package.json': packageOf('top', {
      private: true,
      workspaces: manager.workspaces,
      devDependencies: { tool: `file:${tool}` },
    }),
    'apps/web/package.json': packageOf('@acme/web', {
      main: 'src/app.ts',
      dependencies: { '@acme/shared': manager.range },
    }),
    'apps/web/src/app.ts': 'export {}\n',
    'packages/shared/package.json': packageOf('@acme/shared', {
      main: 'dist/index.js',
      scripts: { build: 'make' },
      dependencies: { used },
    }),
    'packages/shared/src/index.ts': 'export {}\n',
    'packages/other/package.json': packageOf('@acme/other', { dependencies: { unused } }),
    '.gitignore': 'node_modules\n.yarn\n',
    ...manager.files,
  })
  const words = ['exec', '--yes', '--prefer-offline', `--package=${manager.package}`, '--']
  await run('npm', [...words, ...manager.lock], {
    cwd: repository.root,
    env: { ...process.env, ...manager.env },
  })
  repository.commit()
  return toApp(repository)
}
