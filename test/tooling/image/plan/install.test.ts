import { describe, expect, test } from 'vitest'
import { toInstallFields, withoutTokens } from '../../../../tooling/plan/image/install-inputs.ts'
import {
  type InstallRequest,
  isStaleIndex,
  planInstall,
  toManagerLine,
} from '../../../../tooling/plan/image/install-plan.ts'
import { findMain } from '../../../../tooling/plan/image/main-module.ts'
import { toPlatforms } from '../../../../tooling/plan/image/target-platform.ts'
import {
  isTypeScriptPackage,
  type RepositoryPackage,
  toUsedPackages,
} from '../../../../tooling/plan/image/workspaces.ts'

describe('an install', () => {
  const request: InstallRequest = {
    manager: 'npm',
    scope: 'production',
    target: { platform: { os: 'linux', architecture: 'arm64' }, libc: 'musl' },
    allowedScripts: [],
    isOffline: false,
  }
  const wordsOf = (change: Partial<InstallRequest>): string[] =>
    planInstall({ ...request, ...change }).steps.map(({ words }) => words.join(' '))

  test('by npm is exact, runs no script and is for the target', () => {
    expect(wordsOf({})).toEqual([
      'ci --ignore-scripts --no-audit --no-fund --no-progress --install-links=false --prefer-offline --omit=dev --os=linux --cpu=arm64 --libc=musl',
    ])
  })

  test('asks the registry again only where it may, and where the cache was believed', () => {
    expect(wordsOf({ isRevalidated: true })[0]).toContain(' --prefer-online ')
    expect(wordsOf({ manager: 'pnpm', isRevalidated: true })[0]).not.toContain('--prefer')
    expect(wordsOf({ isRevalidated: true, isOffline: true })[0]).toContain(' --offline ')
    const said = ['npm error code ETARGET']
    expect(isStaleIndex(request, said)).toBe(true)
    expect(isStaleIndex(request, [' ERR_PNPM_NO_MATCHING_VERSION  No matching version'])).toBe(true)
    expect(isStaleIndex(request, ['npm error code E404'])).toBe(false)
    expect(isStaleIndex({ ...request, isOffline: true }, said)).toBe(false)
    expect(isStaleIndex({ ...request, isRevalidated: true }, said)).toBe(false)
  })

  test.for(['npm', 'pnpm', 'yarn', 'yarn-classic'] as const)(
    'by %s runs no script unless it is allowed by name',
    (manager) => {
      const { steps, env } = planInstall({ ...request, manager })
      const isForbidden =
        steps[0]?.words.includes('--ignore-scripts') || env['YARN_ENABLE_SCRIPTS'] === 'false'
      expect(isForbidden).toBe(true)
      expect(steps).toHaveLength(1)
    },
  )

  test.for(['npm', 'pnpm', 'yarn'] as const)(
    'by %s rebuilds what is allowed, by name',
    (manager) => {
      expect(wordsOf({ manager, allowedScripts: ['bcrypt'] }).at(-1)).toMatch(/^rebuild .*bcrypt$/)
    },
  )

  test('of one workspace leaves out what the others need', () => {
    const workspace = { folder: 'apps/a', name: '@x/a', usedFolders: ['packages/b'] }
    expect(wordsOf({ workspace })[0]).toContain(
      '--workspace=apps/a --workspace=packages/b --include-workspace-root=false',
    )
    expect(wordsOf({ manager: 'pnpm', workspace })[0]).toMatch(
      /^--filter=\{\.\/apps\/a\}\.\.\. install/,
    )
    expect(wordsOf({ manager: 'yarn', workspace })).toEqual(['workspaces focus --production @x/a'])
  })

  test('of an app at the top of a repository takes the top and what it uses', () => {
    const workspace = { folder: '', name: 'a', usedFolders: ['packages/b'] }
    expect(wordsOf({ workspace })[0]).toContain(
      '--workspace=packages/b --include-workspace-root=true',
    )
    expect(wordsOf({ workspace: { ...workspace, usedFolders: [] } })[0]).toContain(
      '--workspaces=false',
    )
  })

  test('without a network asks none', () => {
    expect(wordsOf({ isOffline: true })[0]).toContain('--offline')
    expect(planInstall({ ...request, manager: 'yarn', isOffline: true }).env).toMatchObject({
      YARN_ENABLE_NETWORK: 'false',
    })
  })

  test("yarn's two lines are told apart by the lockfile", () => {
    expect(toManagerLine('yarn', '# yarn lockfile v1\n')).toBe('yarn-classic')
    expect(toManagerLine('yarn', '__metadata:\n  version: 8\n')).toBe('yarn')
  })

  test('does not depend on the version of the app, nor on who installs', () => {
    const fields = toInstallFields({ version: '1.0.0', dependencies: { a: '1' }, scripts: {} })
    expect(fields).toBe(toInstallFields({ version: '2.0.0', dependencies: { a: '1' } }))
    expect(fields).not.toBe(toInstallFields({ dependencies: { a: '2' } }))
    const npmrc = '//r.example/:_authToken=abc\nregistry=https://r.example\n'
    expect(withoutTokens(npmrc)).toBe('registry=https://r.example\n')
  })
})

describe('the packages of a repository that an app uses', () => {
  const at = (
    folder: string,
    name: string,
    dependencies: Record<string, string>,
  ): RepositoryPackage => ({
    folder,
    packageJson: { name, dependencies },
  })
  const app = at('apps/a', 'a', { b: '*' })
  const b = at('packages/b', 'b', { c: 'workspace:*', left: 'file:../../libs/left' })
  const c = at('packages/c', 'c', { b: '*' })
  const left = at('libs/left', 'other-name', {})

  test('come after those they use themselves; a circle ends; others are not among them', () => {
    const used = toUsedPackages(app, [at('packages/z', 'z', {}), b, c, left])
    expect(used.map(({ folder }) => folder)).toEqual(['packages/c', 'libs/left', 'packages/b'])
  })

  test.for([
    [{ main: 'src/index.ts' }, true],
    [{ exports: { '.': { default: './src/index.mts' } } }, true],
    [{ main: 'dist/index.js', exports: { '.': { types: './dist/index.d.ts' } } }, false],
    [{}, false],
  ] as const)('%j runs its TypeScript as it is: %s', ([packageJson, expected]) => {
    expect(isTypeScriptPackage(packageJson)).toBe(expected)
  })
})

describe('the module that starts an app', () => {
  test.for([
    [{ main: './src/app.ts' }, ['src/app.ts'], 'src/app.ts'],
    [{ main: 'lib' }, ['lib/index.js'], 'lib/index.js'],
    [{ main: 'lib/x' }, ['lib/x.js'], 'lib/x.js'],
    [
      { main: 'index.js', scripts: { start: 'NODE_ENV=x node --flag server/run.mjs' } },
      ['server/run.mjs'],
      'server/run.mjs',
    ],
    [{}, ['src/main.ts', 'dist/main.js'], 'dist/main.js'],
    [{}, ['server.js'], 'server.js'],
  ] as const)('of %j among %j is %s', ([packageJson, files, expected]) => {
    const hasFile = (path: string): boolean => (files as readonly string[]).includes(path)
    expect(findMain({ packageJson, hasFile })).toBe(expected)
  })

  test('that is nowhere is an error that says where it was looked for', () => {
    const packageJson = { main: 'dist/app.js' }
    expect(() => findMain({ packageJson, hasFile: () => false })).toThrow(
      /dist\/app\.js {2}is named/,
    )
    const configured = 'x.js'
    expect(() =>
      findMain({ packageJson: {}, configured, hasFile: (path) => path === 'app.js' }),
    ).toThrow('x.js')
  })
})

describe('platforms', () => {
  test('are read in order, each once', () => {
    expect(toPlatforms('linux/arm64, linux/amd64,linux/arm64')).toEqual([
      { os: 'linux', architecture: 'arm64' },
      { os: 'linux', architecture: 'amd64' },
    ])
    expect(toPlatforms('linux/arm/v7')).toEqual([
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ])
  })

  test.for(['windows/amd64', 'linux/x64', 'linux', '', 'linux/amd64/x/y', 'linux/__proto__'])(
    '%j is none',
    (text) => {
      expect(() => toPlatforms(text)).toThrow('SERVICEX_USAGE')
    },
  )
})
