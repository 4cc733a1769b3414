import { execFileSync } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openSource } from '../../../tooling/apply/image/open-source.ts'
import { type AppFiles, type AppRepository, openApp, pathsOf, writeAll } from './app-repository.ts'

const opened: AppRepository[] = []

afterEach(() => {
  for (const app of opened.splice(0)) app.close()
})

describe('the layers of an app', () => {
  test('in plain JavaScript hold its packages and its files, without what only work on it needs', async () => {
    const app = await open({
      files: {
        'app.js': 'import a from "a"\n',
        'public/index.html': '<p>',
        'README.md': '# x',
        'app.test.js': 'x',
        '.github/ci.yml': 'x',
      },
      packages: [
        {
          name: 'a',
          files: {
            'index.js': 'x',
            'index.js.map': 'x',
            'index.d.ts': 'x',
            LICENSE: 'x',
            'x.md': '',
          },
        },
      ],
    })
    const planned = await app.plan()
    expect(pathsOf(planned, 'dependencies')).toEqual(
      ['LICENSE', 'index.js', 'package.json'].map((name) => `node_modules/a/${name}`),
    )
    expect(pathsOf(planned, 'app')).toEqual(['app.js', 'package.json', 'public/index.html'])
    expect(pathsOf(planned, 'declaration')).toEqual([
      '.servicex/description.json',
      '.servicex/record.json',
    ])
    expect(planned.image).toBe(`localhost/sample:${planned.revision}`)
    expect(planned.plan.platforms[0]?.config.config).toMatchObject({
      Cmd: ['node', 'app.js'],
      WorkingDir: '/app',
    })
  })

  test("take nothing of the developer's folder: no packages, no ignored file", async () => {
    const app = await open({
      files: { 'app.js': '1', '.gitignore': 'node_modules\nlocal.json\n' },
      packages: [{ name: 'a', files: { 'index.js': 'committed' } }],
    })
    writeAll(app.root, {
      'node_modules/a/index.js': 'mine',
      'node_modules/b/x.js': '',
      'local.json': '{}',
    })
    const planned = await app.plan()
    expect(pathsOf(planned, 'dependencies')).not.toContain('node_modules/b/x.js')
    expect(pathsOf(planned, 'app')).toEqual(['app.js', 'package.json'])
    expect(existsSync(join(app.root, 'node_modules/a/package.json'))).toBe(false)
  })

  test('in TypeScript that is built hold what the build made, by the packages that it needs', async () => {
    const app = await open({
      packageJson: { main: 'dist/app.js', scripts: { build: 'compile src/app.ts dist/app.js' } },
      files: { 'src/app.ts': 'export {}\n', 'views/a.html': '' },
      packages: [COMPILER],
    })
    const planned = await app.plan()
    expect(pathsOf(planned, 'app')).toEqual(['dist/app.js', 'package.json', 'views/a.html'])
    expect(existsSync(join(app.root, 'dist'))).toBe(false)
  })

  test('in TypeScript that Node runs as it is hold the TypeScript', async () => {
    const app = await open({
      packageJson: { main: 'src/app.ts' },
      files: { 'src/app.ts': 'export {}\n', 'src/types.d.ts': '' },
    })
    expect(pathsOf(await app.plan(), 'app')).toEqual(['package.json', 'src/app.ts'])
  })

  test('of an app without packages need no lockfile', async () => {
    const app = await open({})
    app.git('rm', '--quiet', 'package-lock.json')
    app.commit()
    expect(pathsOf(await app.plan(), 'dependencies')).toEqual([])
  })

  test('are the files as they were committed: no filter, line ending or export rule changes them', async () => {
    const app = await open({
      files: {
        'app.js': 'one\ntwo $Format:%H$\n',
        'gone.js': 'x',
        '.gitattributes': 'app.js text eol=crlf filter=evil export-subst\ngone.js export-ignore\n',
      },
    })
    app.git('config', 'filter.evil.smudge', 'sh -c "touch pwned; cat"')
    app.git('config', 'core.autocrlf', 'true')
    const [layer] =
      (await app.plan()).plan.platforms[0]?.layers.filter(({ name }) => name === 'app') ?? []
    expect(layer?.files).toEqual(
      expect.arrayContaining([{ path: 'app.js', sizeBytes: 'one\ntwo $Format:%H$\n'.length }]),
    )
    expect(layer?.files?.map(({ path }) => path)).toContain('gone.js')
    expect(existsSync(join(app.root, 'pwned'))).toBe(false)
  })

  test('are those of a layer that was made before, until the lockfile changes', async () => {
    const packages = [{ name: 'a', files: { 'index.js': 'x' } }]
    const app = await open({ packages })
    const digestOf = async (): Promise<string | undefined> =>
      (await app.plan()).plan.platforms[0]?.layers.find(({ name }) => name === 'dependencies')
        ?.digest
    const before = await digestOf()
    app.write({ 'app.js': 'console.log(2)' })
    app.commit()
    const { stderr } = await app.build('--dry-run')
    expect(stderr).not.toContain('installed')
    expect(await digestOf()).toBe(before)
  })
})

describe('secrets', () => {
  const KEY = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----\n`

  test('are left out and listed, by name and by what is in a file', async () => {
    const app = await open({
      files: {
        'app.js': `const pem = '${KEY.replaceAll('\n', String.raw`\n`)}'\n`,
        '.env': 'TOKEN=1',
        'config/.env.production': 'TOKEN=1',
        '.npmrc': '//r.example/:_authToken=abc\n',
        'tls/server.pem': KEY,
        'tls/ca.pem': '-----BEGIN CERTIFICATE-----\n'.padEnd(80, 'A'),
        'account.json': JSON.stringify({ private_key: KEY }),
      },
    })
    const planned = await app.plan()
    expect(pathsOf(planned, 'app')).toEqual(['app.js', 'package.json', 'tls/ca.pem'])
    expect(planned.warnings.filter((warning) => warning.startsWith('left out'))).toEqual(
      ['.env', '.npmrc', 'account.json', 'config/.env.production', 'tls/server.pem'].map(
        (path) => `left out ${path}: it may hold a secret`,
      ),
    )
  })

  test('come in when the project names them', async () => {
    const app = await open({
      packageJson: { servicex: { image: { include: ['.env.defaults'] } } },
      files: { 'app.js': '1', '.env.defaults': 'A=1' },
    })
    expect(pathsOf(await app.plan(), 'app')).toContain('.env.defaults')
  })
})

describe('what cannot come into an image is refused, with exit code 3', () => {
  test.for([
    ['../outside', 'a link out of it'],
    ['/etc/passwd', 'an absolute link'],
    ['a/../../outside', 'a link that goes round'],
  ] as const)('%s: %s', async ([target]) => {
    const app = await open({})
    symlinkSync(target, join(app.root, 'link'))
    app.commit()
    const { exitCode, stderr } = await app.build('--dry-run')
    expect(exitCode).toBe(3)
    expect(stderr).toContain(`link -> ${target}`)
  })

  test('a forged tree, whose files would be written elsewhere', async () => {
    const app = await open({})
    const blob = app.git('rev-parse', 'HEAD:app.js')
    const inner = app.git('rev-parse', 'HEAD^{tree}')
    for (const forged of [`100644 blob ${blob}\t..`, `040000 tree ${inner}\t..`]) {
      const tree = execFileSync('git', ['mktree'], {
        cwd: app.root,
        input: `${forged}\n`,
        encoding: 'utf8',
      })
      const commit = app.git('commit-tree', '-m', 'forged', tree.trim())
      const objects = openSource({
        repository: app.root,
        revision: commit,
        folder: '',
        dirtyFiles: [],
      })
      await expect(objects).rejects.toThrow('SERVICEX_IMAGE_CONTENT_UNSAFE')
    }
  })

  test('a pointer of Git LFS in place of a file', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`
    const app = await open({ files: { 'app.js': '1', 'model.bin': pointer } })
    const { exitCode, stderr } = await app.build('--dry-run')
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('model.bin') as string,
    })
  })
})

describe('odd files', () => {
  test('a link within comes in, one to nothing is left out', async () => {
    const app = await open({ files: { 'app.js': '1', 'lib/a.js': '' } })
    symlinkSync('lib', join(app.root, 'shared'))
    symlinkSync('nowhere', join(app.root, 'dead'))
    app.commit()
    expect(pathsOf(await app.plan(), 'app')).toEqual([
      'app.js',
      'lib/a.js',
      'package.json',
      'shared',
    ])
  })

  test('names that look like options, or are long, or in any script, come in as they are', async () => {
    const names = [
      '--output=x',
      '-rf',
      `${'long/'.repeat(30)}x.js`,
      'ünïcödé.js',
      'a b\nc.js',
      '$(touch pwned)',
    ]
    const app = await open({
      files: { 'app.js': '1', ...Object.fromEntries(names.map((name) => [name, 'x'])) },
    })
    expect(pathsOf(await app.plan(), 'app')).toEqual(
      [...names, 'app.js', 'package.json'].toSorted(byCode),
    )
    expect(existsSync(join(app.root, 'pwned'))).toBe(false)
  })
})

/** A development dependency that "compiles": copies. */
const COMPILER = {
  name: 'compiler',
  files: {
    'cli.js': `#!/usr/bin/env node
const { cpSync } = require('fs'); cpSync(process.argv[2], process.argv[3])\n`,
  },
  manifest: { bin: { compile: 'cli.js' } },
}

async function open(files: AppFiles): Promise<AppRepository> {
  const app = await openApp(files)
  opened.push(app)
  return app
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : 1
}
