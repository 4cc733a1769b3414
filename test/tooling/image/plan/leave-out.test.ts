import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../../tooling/plan/image/entry.ts'
import {
  leaveOutOfDependencies,
  leaveOutOfSource,
} from '../../../../tooling/plan/image/leave-out-rules.ts'
import { toLeftOutTotals } from '../../../../tooling/plan/image/left-out.ts'
import { holdsPrivateKey, isSecretName } from '../../../../tooling/plan/image/secret-files.ts'
import { selectEntries } from '../../../../tooling/plan/image/select-entries.ts'

const everything = { include: [], exclude: [] }

describe('of an installed package', () => {
  test.for([
    ['node_modules/a/index.js.map', 'source-map'],
    ['node_modules/a/index.d.ts', 'declarations'],
    ['node_modules/a/index.d.mts', 'declarations'],
    ['node_modules/a/style.d.css.ts', 'declarations'],
    ['node_modules/a/README.md', 'documentation'],
    ['node_modules/a/CHANGELOG', 'documentation'],
    ['node_modules/servicex/dist/kube.js', 'tool-half'],
    ['node_modules/servicex/dist/tool/build.js', 'tool-half'],
    ['node_modules/.pnpm/servicex@1.0.0/node_modules/servicex/dist/kube.js', 'tool-half'],
    ['node_modules/.bin/kube', 'records'],
    ['node_modules/.package-lock.json', 'records'],
    ['packages/a/node_modules/.modules.yaml', 'records'],
    ['node_modules/.pnpm/lock.yaml', 'records'],
  ] as const)('%s stays out: %s', ([path, reason]) => {
    expect(leaveOutOfDependencies(file(path))).toBe(reason)
  })

  test.for([
    'node_modules/a/index.js',
    'node_modules/a/LICENSE.md',
    'node_modules/a/NOTICE.md',
    'node_modules/a/map.js',
    'node_modules/a/data.json',
    'node_modules/servicex/dist/servicex.js',
    'node_modules/servicex/dist/inspect/doctor.js',
    'node_modules/other/dist/kube.js',
    'node_modules/a/src/index.ts',
    'node_modules/a/test/index.js',
  ])('%s comes in', (path) => {
    expect(leaveOutOfDependencies(file(path))).toBeUndefined()
  })
})

describe('of the app', () => {
  const ofBuilt = leaveOutOfSource({ folder: '', runsTypeScript: false, main: 'dist/app.js' })
  const ofRunAsItIs = leaveOutOfSource({ folder: '', runsTypeScript: true, main: 'src/app.ts' })
  const ofWorkspace = leaveOutOfSource({ folder: 'apps/a', runsTypeScript: true })

  test.for([
    ['src/app.ts', 'source'],
    ['dist/app.js.map', 'source-map'],
    ['dist/app.d.ts', 'declarations'],
    ['test/app.js', 'tests'],
    ['src/app.test.js', 'tests'],
    ['src/__tests__/app.js', 'tests'],
    ['.github/workflows/ci.yml', 'repository'],
    ['Dockerfile', 'repository'],
    ['tsconfig.build.json', 'repository'],
    ['package-lock.json', 'repository'],
    ['servicex.lock', 'repository'],
    ['kube/web.yaml', 'repository'],
    ['README.md', 'documentation'],
    ['node_modules/a/index.js', 'committed-packages'],
  ] as const)('%s stays out: %s', ([path, reason]) => {
    expect(ofBuilt(file(path))).toBe(reason)
  })

  test.for([
    'dist/app.js',
    'package.json',
    'public/index.html',
    'migrations/001.sql',
    'src/routes/test/index.js',
    'src/kube/index.js',
    'LICENSE',
    '.well-known/security.txt',
  ])('%s comes in', (path) => {
    expect(ofBuilt(file(path))).toBeUndefined()
  })

  test('TypeScript comes in when Node runs it as it is', () => {
    expect(ofRunAsItIs(file('src/app.ts'))).toBeUndefined()
    expect(ofRunAsItIs(file('src/types.d.ts'))).toBe('declarations')
  })

  test('the module that starts the app comes in whatever its name', () => {
    const rule = leaveOutOfSource({ folder: '', runsTypeScript: false, main: 'test/main.js' })
    expect(rule(file('test/main.js'))).toBeUndefined()
  })

  test('a workspace is looked at from its own folder', () => {
    expect(ofWorkspace(file('apps/a/test/x.js'))).toBe('tests')
    expect(ofWorkspace(file('apps/a/src/x.ts'))).toBeUndefined()
  })
})

describe('of secrets', () => {
  test.for([
    '.env',
    '.env.production',
    '.envrc',
    'config/prod.env',
    '.npmrc',
    'packages/a/.npmrc',
    '.netrc',
    '.git-credentials',
    'id_ed25519',
    'keys/tls.p12',
    'kubeconfig',
    'home/.aws/credentials',
    'home/.docker/config.json',
  ])('%s is one by its name', (path) => {
    expect(isSecretName(path)).toBe(true)
  })

  test.for(['src/environment.js', 'env.js', 'npmrc.js', 'id_rsa.pub', 'src/credentials.js'])(
    '%s is none by its name',
    (path) => {
      expect(isSecretName(path)).toBe(false)
    },
  )

  test.for([
    '-----BEGIN PRIVATE KEY-----\n',
    '-----BEGIN RSA PRIVATE KEY-----\n',
    '-----BEGIN OPENSSH PRIVATE KEY-----\n',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----\n',
    '{"private_key": "-----BEGIN PRIVATE KEY-----\\nMII"}',
  ])('a file with %j holds a private key', (text) => {
    expect(holdsPrivateKey(text)).toBe(true)
  })

  test('a certificate and a public key hold none', () => {
    expect(holdsPrivateKey('-----BEGIN CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----')).toBe(false)
  })

  test('a file with a private key is left out, and so is a link with a secret name', () => {
    const entries: Entry[] = [
      { ...file('tls.pem'), holdsPrivateKey: true },
      { kind: 'link', path: '.env', target: 'src' },
      file('ca.pem'),
    ]
    const { entries: kept, leftOut } = selectEntries(entries, () => undefined, everything)
    expect(kept.map(({ path }) => path)).toEqual(['ca.pem'])
    expect(toLeftOutTotals(leftOut)).toEqual([{ reason: 'secret', files: 2, sizeBytes: 1 }])
  })
})

describe('of what the project says', () => {
  const paths = ['src/a.md', 'src/b.md', 'src/big.bin', '.env.defaults']
  const select = (include: readonly string[], exclude: readonly string[]): readonly string[] =>
    selectEntries(paths.map(file), leaveOutOfDependencies, { include, exclude }).entries.map(
      ({ path }) => path,
    )

  test('include wins over exclude and over every rule', () => {
    expect(select([], [])).toEqual(['src/big.bin'])
    expect(select(['src/*.md'], ['**/*.bin'])).toEqual(['src/a.md', 'src/b.md'])
    expect(select(['.env.defaults'], [])).toEqual(['.env.defaults', 'src/big.bin'])
    expect(select(['src', '!src/b.md'], ['src'])).toEqual(['src/a.md', 'src/big.bin'])
  })
})

function file(path: string): Entry & { kind: 'file' } {
  return {
    kind: 'file',
    path,
    sizeBytes: 1,
    isExecutable: false,
    content: { kind: 'text', text: 'x' },
  }
}
