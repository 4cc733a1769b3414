import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type AppFiles, type AppRepository, openApp, pathsOf } from './app-repository.ts'

const opened: AppRepository[] = []

afterEach(() => {
  for (const app of opened.splice(0)) app.close()
})

describe('the tree', () => {
  test('that differs from its commit is refused with the files, exit code 3', async () => {
    const app = await open({})
    app.write({ 'app.js': 'changed', 'new.js': '' })
    const { exitCode, stdout, stderr } = await app.build()
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toMatch(/SERVICEX_TREE_DIRTY .* in 2 files\n {2}app\.js\n {2}new\.js\n/)
  })

  test('that differs is built when that is allowed, under a name that says so', async () => {
    const app = await open({ files: { 'app.js': '1', 'gone.js': '1' } })
    app.write({ 'app.js': 'changed', 'new.js': '' })
    app.git('rm', '--quiet', 'gone.js')
    const first = await app.plan('--allow-dirty')
    expect(first.revision).toMatch(/^[0-9a-f]{40}-dirty-[0-9a-f]{12}$/)
    expect(pathsOf(first, 'app')).toEqual(['app.js', 'new.js', 'package.json'])
    app.write({ 'app.js': 'changed again' })
    expect((await app.plan('--allow-dirty')).revision).not.toBe(first.revision)
  })

  test('is not run by its own settings: no hook, no file monitor', async () => {
    const app = await open({})
    const program = join(app.root, '.git', 'evil')
    writeFileSync(program, `#!/bin/sh\ntouch ${app.root}/pwned\n`)
    chmodSync(program, 0o755)
    app.git('config', 'core.fsmonitor', program)
    app.git('config', 'core.pager', program)
    await app.plan()
    expect(existsSync(join(app.root, 'pwned'))).toBe(false)
  })
})

describe('the options', () => {
  test.for([
    ['--update-base', '--load'],
    ['--update-base', '--dry-run'],
    ['--dry-run', '--output=x.tar'],
  ])('%s and %s contradict each other', async (words) => {
    const app = await open({})
    expect((await app.build(...words)).exitCode).toBe(2)
  })
})

describe('a package.json that was made to confuse', () => {
  test.for<readonly [packageJson: Readonly<Record<string, unknown>>]>([
    [{ workspaces: 'packages/*' }],
    [{ workspaces: { packages: 7 } }],
    [{ main: '../../../etc/passwd' }],
    [{ main: '/etc/passwd' }],
    [{ scripts: { start: 'node ../../x.js' } }],
    [{ scripts: { start: '$(touch pwned)' } }],
    [{ servicex: { image: { include: ['(((', '[', '**'] } } }],
  ])('%j builds what there is, or says what is wrong', async ([packageJson]) => {
    const app = await open({ packageJson })
    const { exitCode, stdout, stderr } = await app.build('--dry-run', '--json')
    expect(stderr).not.toMatch(/^\s+at /m)
    expect([0, 2]).toContain(exitCode)
    if (exitCode === 0) expect(stdout).toContain('"node","app.js"')
    expect(existsSync(join(app.root, 'pwned'))).toBe(false)
  })

  test('does not name a file by a word of Object.prototype', async () => {
    const app = await open({
      packageJson: { main: '__proto__', scripts: { start: 'node constructor.js' } },
    })
    expect(pathsOf(await app.plan(), 'app')).toContain('app.js')
  })
})

describe('a script', () => {
  const marker = `node -e "require('fs').writeFileSync('ran.js','1')"`

  test('of a package does not run, but for those that are allowed by name', async () => {
    const packages = ['a', 'b'].map((name) => ({
      name,
      files: { 'index.js': '' },
      manifest: { scripts: { postinstall: marker }, hasInstallScript: true },
    }))
    const servicex = { image: { allowScripts: ['b'] } }
    const app = await open({ packageJson: { servicex }, packages })
    const paths = pathsOf(await app.plan(), 'dependencies')
    expect(paths).not.toContain('node_modules/a/ran.js')
    expect(paths).toContain('node_modules/b/ran.js')
  })

  test('that builds sees no token of this machine, the time of the commit, and what it is given', async () => {
    process.env['MY_TOKEN'] = 'sentinel'
    process.env['PUBLIC_URL'] = 'https://a.example'
    try {
      const app = await open({
        packageJson: {
          scripts: { build: 'node make.js' },
          servicex: { image: { buildEnv: ['PUBLIC_URL'] } },
        },
        files: {
          'app.js': '1',
          'make.js': `const { MY_TOKEN = 'none', PUBLIC_URL, TZ, SOURCE_DATE_EPOCH } = process.env
import { writeFileSync } from 'node:fs'
writeFileSync([MY_TOKEN, PUBLIC_URL.length, TZ, SOURCE_DATE_EPOCH, 'txt'].join('.'), '')\n`,
        },
      })
      expect(pathsOf(await app.plan(), 'app')).toContain('none.17.UTC.1767323045.txt')
    } finally {
      delete process.env['MY_TOKEN']
      delete process.env['PUBLIC_URL']
    }
  })

  test('that fails ends the build with its last words, exit code 1', async () => {
    const app = await open({ packageJson: { scripts: { build: 'echo the reason; exit 3' } } })
    const { exitCode, stderr } = await app.build('--dry-run')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /SERVICEX_BUILD_FAILED {2}the build script of sample ended with 3\n[^]*the reason/,
    )
  })
})

async function open(files: AppFiles): Promise<AppRepository> {
  const app = await openApp(files)
  opened.push(app)
  return app
}
