import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FoundCredential } from '../../../tooling/apply/registry/credentials.ts'
import { openCredentialStore } from '../../../tooling/apply/registry/credentials.ts'
import { Redactor } from '../../../tooling/apply/registry/redactor.ts'
import { readCredentialSources, toRegistryKey } from '../../../tooling/parse/credential-source.ts'
import { readRegistryEnvironment } from '../../../tooling/parse/registry-environment.ts'

const HOST = 'registry.acme.example'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'servicex-home-'))
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

describe('credentials are looked for', () => {
  test('in the places of Docker and Podman, in order', async () => {
    const places: readonly (readonly [string, Record<string, string>])[] = [
      ['.config/containers/auth.json', {}],
      ['run/containers/auth.json', { XDG_RUNTIME_DIR: join(home, 'run') }],
      ['.docker/config.json', {}],
      ['docker/config.json', { DOCKER_CONFIG: join(home, 'docker') }],
      ['auth.json', { REGISTRY_AUTH_FILE: join(home, 'auth.json') }],
    ]
    const env: Record<string, string> = {}
    for (const [place, variables] of places) {
      Object.assign(env, variables)
      write(place, { auths: { [HOST]: auth(place, 'pass') } })
      expect((await find(env)).credential).toMatchObject({ username: place })
    }
    const text = JSON.stringify({ auths: { [HOST]: auth('variable', 'pass') } })
    const found = await find({ ...env, DOCKER_AUTH_CONFIG: text })
    expect(found).toMatchObject({ source: 'DOCKER_AUTH_CONFIG', tried: [] })
  })

  test.for([HOST, `https://${HOST}`, `http://${HOST}/`, `https://${HOST}/v1/`, `${HOST}/v2`])(
    'under the key %s',
    async (key) => {
      write('.docker/config.json', { auths: { [key]: auth('me', 'pass') } })
      expect((await find()).credential).toMatchObject({ kind: 'basic', username: 'me' })
    },
  )

  test.for(['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', 'registry-1.docker.io'])(
    'for Docker Hub under the key %s',
    (key) => expect(toRegistryKey(key)).toBe('docker.io'),
  )

  test('for one repository before its registry', async () => {
    const auths = {
      [HOST]: auth('registry', 'pass'),
      [`${HOST}/apps`]: auth('folder', 'pass'),
      [`${HOST}/apps/billing`]: auth('one', 'pass'),
    }
    write('.docker/config.json', { auths })
    for (const [repository, username] of [
      ['apps/billing', 'one'],
      ['apps/users', 'folder'],
      ['apps-of-others/billing', 'registry'],
    ] as const)
      expect((await find({}, repository)).credential).toMatchObject({ username })
  })

  test('and where nothing is, each place is named with its reason', async () => {
    write('.docker/config.json', { auths: { 'other.example': auth('me', 'pass') } })
    const { credential, tried } = await find()
    expect(credential).toBeUndefined()
    expect(tried).toEqual([
      `${home}/.docker/config.json: no entry for ${HOST}`,
      `${home}/.config/containers/auth.json: no such file`,
    ])
  })

  test('a password may hold colons and be padded with NULs', async () => {
    const text = Buffer.from('me:a:b:c\0\0').toString('base64')
    write('.docker/config.json', { auths: { [HOST]: { auth: text } } })
    expect((await find()).credential).toEqual({
      kind: 'basic',
      username: 'me',
      password: 'a:b:c',
    })
  })

  test.for<readonly [string, object]>([
    ['identity-token', { auth: btoa('<token>:'), identitytoken: 'sentinel' }],
    ['registry-token', { registrytoken: 'sentinel' }],
    ['basic', { username: 'me', password: 'sentinel' }],
  ])('of the kind %s', async ([kind, entry]) => {
    write('.docker/config.json', { auths: { [HOST]: entry } })
    expect((await find()).credential).toMatchObject({ kind })
  })

  test.for<readonly [string, string]>([
    ['no JSON', '{"auths": {"a": {"auth": "c2VudGluZWw6c2VudGluZWw="},,}}'],
    ['no object', '["sentinel"]'],
    ['no base64 of a pair', `{"auths": {"${HOST}": {"auth": "c2VudGluZWw="}}}`],
  ])('a file that is %s is an error that does not cite it', async ([, text]) => {
    write('.docker/config.json', text)
    const error = (await find().catch((thrown: unknown) => thrown)) as Error
    expect(error.message).toMatch(/^SERVICEX_CREDENTIALS_INVALID {2}.*config\.json/)
    expect(`${error.stack}${String(error.cause)}`).not.toMatch(/sentinel|c2Vud/)
  })
})

describe('a credential helper', () => {
  test('is asked before what is written; its answer is its own', async () => {
    helper('acme', `read host; echo "{\\"Username\\":\\"$host\\",\\"Secret\\":\\"s\\"}"`)
    write('.docker/config.json', {
      auths: { [HOST]: auth('written', 'pass') },
      credHelpers: { [HOST]: 'acme' },
      credsStore: 'missing',
    })
    expect(await find()).toMatchObject({
      credential: { kind: 'basic', username: HOST, password: 's' },
      source: `docker-credential-acme, named by ${home}/.docker/config.json`,
    })
  })

  test('of all registries is asked for Docker Hub by its address', async () => {
    helper('all', `read host; echo "{\\"Username\\":\\"$host\\",\\"Secret\\":\\"s\\"}"`)
    write('.docker/config.json', { credsStore: 'all' })
    const { credential } = await find({}, 'library/node', 'docker.io')
    expect(credential).toMatchObject({ username: 'https://index.docker.io/v1/' })
  })

  test('gives an identity token under the user <token>', async () => {
    helper('acme', `echo '{"Username":"<token>","Secret":"s"}'`)
    write('.docker/config.json', { credHelpers: { [HOST]: 'acme' } })
    expect((await find()).credential).toEqual({ kind: 'identity-token', token: 's' })
  })

  test.for<readonly [string, string, string]>([
    ['does not know it', 'echo "credentials not found in native keychain"; exit 1', 'has no entry'],
    ['fails', 'echo "sentinel is locked"; exit 7', 'exits 7'],
    ['prints no JSON', 'echo "sentinel"', 'printed no credential'],
    ['prints no secret', `echo '{"Username":"me","Secret":""}'`, 'printed no credential'],
    ['is killed', 'kill -9 $$', 'exits null'],
  ])('that %s is passed over, with its reason', async ([, script, reason]) => {
    helper('acme', script)
    write('.docker/config.json', {
      credHelpers: { [HOST]: 'acme' },
      auths: { [HOST]: auth('written', 'pass') },
    })
    const { credential, tried } = await find()
    expect(credential).toMatchObject({ username: 'written' })
    expect(tried).toEqual([`${home}/.docker/config.json: docker-credential-acme ${reason}`])
  })

  test('that is not there, or has the name of another program, is passed over', async () => {
    for (const [name, reason] of [
      ['missing', 'is not on the PATH'],
      ['../../bin/sh', 'no program'],
      ['a;touch pwned', 'no program'],
      ['-x', 'no program'],
    ] as const) {
      write('.docker/config.json', { credHelpers: { [HOST]: name } })
      expect((await find()).tried[0]).toContain(reason)
    }
  })

  test('of a package of the project is not on its PATH', async () => {
    const folder = join(home, 'project/node_modules/.bin')
    const { helperEnv } = readRegistryEnvironment({ PATH: `${folder}:/usr/bin` }, home)
    expect(helperEnv['PATH']).toBe('/usr/bin')
  })
})

describe('what is printed', () => {
  test('holds a secret in no spelling', () => {
    const redactor = new Redactor()
    const secret = 'p@ss wörd/+='
    redactor.add(secret)
    redactor.add(`me:${secret}`)
    const spellings = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(`me:${secret}`).toString('base64'),
    ]
    const printed = redactor.print(`it was ${spellings.join(' or ')}.`)
    for (const spelling of spellings) expect(printed).not.toContain(spelling)
  })

  test('is one line without controls', () => {
    const printed = new Redactor().print('a\r\nb\u001b]0;x\u0007\u009bc\u202ed\u2066e')
    expect(printed).not.toMatch(/\p{C}/u)
  })
})

function auth(username: string, password: string): { readonly auth: string } {
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') }
}

function write(path: string, content: object | string): void {
  const place = join(home, path)
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(place, typeof content === 'string' ? content : JSON.stringify(content))
}

function helper(name: string, script: string): void {
  const path = `bin/docker-credential-${name}`
  write(path, `#!/bin/sh\n${script}\n`)
  chmodSync(join(home, path), 0o755)
}

function find(
  env: Readonly<Record<string, string>> = {},
  repository = 'apps/billing',
  registry = HOST,
): Promise<FoundCredential> {
  const path = `${join(home, 'bin')}:/usr/bin:/bin`
  const environment = readRegistryEnvironment({ PATH: path, ...env }, home)
  const store = openCredentialStore({
    sources: () => readCredentialSources(environment),
    helperEnv: environment.helperEnv,
    redactor: new Redactor(),
  })
  return store.find({ registry, repository })
}
