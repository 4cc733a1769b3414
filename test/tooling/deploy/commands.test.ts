import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LABELS } from '../../../src/convention/labels.ts'
import type { Stored } from '../../fakes/kubernetes/store.ts'
import { openRepository, type Repository } from '../parse/repository.ts'
import { runKube, type ToolRun } from '../run-kube.ts'
import { FAILING } from './scripts.ts'
import { openStage, type Stage, toImage } from './stage.ts'

const MAIN = join(import.meta.dirname, '../../../tooling/main.ts')
const GOOD = toImage('600d')
const BAD = toImage('bad')

let stage: Stage
let repository: Repository
beforeEach(async () => {
  stage = await openStage()
  const environments = {
    production: { context: 'acme' },
    qa: { context: 'acme', clusterId: 'another' },
    sandbox: { context: 'missing' },
  }
  repository = openRepository({
    'package.json': JSON.stringify({ name: 'users', type: 'module', servicex: { environments } }),
    'service.ts': 'export default {}',
  })
  writeFileSync(
    join(repository.root, 'kubeconfig'),
    `current-context: other
contexts: [{ name: acme, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: '${stage.api.url}' } }]
users: [{ name: u, user: { token: sentinel-token } }]
`,
  )
})
afterEach(async () => {
  repository.close()
  await stage.close()
})

function kube(...argv: readonly string[]): Promise<ToolRun> {
  const env = { KUBECONFIG: join(repository.root, 'kubeconfig') }
  return runKube(argv, { cwd: repository.root, env })
}

test('credentials that have ended are told of in words, by every command', async () => {
  stage.api.fault = () => ({ kind: 'status', status: 401 })
  for (const command of ['status', 'deploy', 'logs', 'diff', 'history']) {
    const { exitCode, stderr } = await kube('prod', command)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('SERVICEX_CLUSTER_REFUSED  the API server refused it (401)')
    expect(stderr).toContain('fix: log in again')
    expect(stderr).not.toContain('    at ')
  }
})

test('status says what serves, and exits 1 when something is wrong with it', async () => {
  expect(await kube('prod', 'status')).toMatchObject({
    exitCode: 1,
    stdout: 'users in production\nit is not deployed\n',
  })
  await stage.deploy(GOOD)
  const good = await kube('prod', 'status')
  expect(good.exitCode).toBe(0)
  expect(good.stdout).toContain('web      600d00000000  2 of 2 ready  succeeded\n')
  stage.api.rollouts.scripts.set(
    BAD,
    FAILING.find(({ code }) => code === 'CRASH_LOOP')?.script ?? expect.fail(),
  )
  await stage.deploy(BAD, { options: { isRollingBack: false } })
  const bad = await kube('prod', 'status', '--json')
  expect(bad.exitCode).toBe(1)
  expect(JSON.parse(bad.stdout)).toMatchObject({
    app: 'users',
    rollouts: [{ name: 'web', state: 'failed', findings: [{ code: 'CRASH_LOOP' }] }],
  })
})

test('history lists the deploys, the latest first', async () => {
  expect((await kube('prod', 'history')).stdout).toBe('nothing was deployed by kube yet\n')
  await stage.deploy(GOOD)
  await stage.deploy(toImage('2'))
  const { stdout } = await kube('prod', 'history')
  expect(stdout.split('\n').map((line) => line.slice(0, 26).trim())).toEqual([
    'n  revision      outcome',
    '0  200000000000  deployed',
    '1  600d00000000  deployed',
    '',
  ])
})

test('rollback applies again what was applied before, and refuses what it does not know', async () => {
  expect(await kube('prod', 'rollback')).toMatchObject({ exitCode: 2 })
  await stage.deploy(GOOD)
  await stage.deploy(toImage('2'))
  const wrong = await kube('prod', 'rollback', '7')
  expect(wrong.stderr).toContain('the history has no deploy "7"\n  fix: kube prod history\n')
  expect(await kube('prod', 'rollback', '')).toMatchObject({ exitCode: 2 })
})

test('after a deploy that was rolled back, rollback goes to the one before what serves', async () => {
  await stage.deploy(GOOD)
  await stage.deploy(toImage('2'))
  stage.api.rollouts.scripts.set(BAD, FAILING[0]?.script ?? expect.fail())
  expect(await stage.deploy(BAD)).toMatchObject({ exitCode: 4 })
  expect(await kube('prod', 'rollback')).toMatchObject({ exitCode: 0 })
  const web = stage.api.store.read('/apis/apps/v1/namespaces/users/deployments/web')
  expect(JSON.stringify(web['spec'])).toContain(GOOD)
})

test('env pull writes a file beside the repository, that only its owner reads', async () => {
  await stage.deploy(GOOD)
  stage.api.store.put('/api/v1/namespaces/users/secrets/users-env', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'users-env', namespace: 'users' },
    data: { TOKEN: Buffer.from('hunter2').toString('base64') },
  })
  const { exitCode, stderr, stdout } = await kube('prod', 'env', 'pull')
  expect({ exitCode, stderr, stdout }).toEqual({
    exitCode: 0,
    stderr: 'wrote 1 variable to .env\n',
    stdout: '',
  })
  const path = join(repository.root, '.env')
  expect(readFileSync(path, 'utf8')).toBe("TOKEN='hunter2'\n")
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('exec and loglevel say that no pod is ready', async () => {
  await stage.deploy(GOOD)
  for (const words of [
    ['exec', '--', 'ls'],
    ['loglevel', 'debug'],
  ])
    expect(await kube('prod', ...words)).toMatchObject({
      exitCode: 2,
      stderr: 'SERVICEX_USAGE  users has no pod of web that is ready\n  fix: kube prod status\n',
    })
})

test('loglevel changes the level of every pod that is ready, and says what each made of it', async () => {
  await stage.deploy(GOOD)
  for (const [name, status] of Object.entries({ 'web-1': 'True', 'web-2': 'True', new: 'False' }))
    stage.api.store.put(`/api/v1/namespaces/users/pods/${name}`, toPod(name, status))
  const asked: string[] = []
  const admin = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const isRefused = asked.length === 4
    if (isRefused) response.writeHead(400).end('level "debug" is not for sale\n')
    else response.end('{"level":"debug","until":"2026-11-23T16:22:00.000Z"}\n')
  })
  await new Promise<void>((resolve) => admin.listen(0, '127.0.0.1', resolve))
  const bin = join(repository.root, 'bin')
  mkdirSync(bin)
  // What kubectl does, in this very machine: the words behind `--`, as they are.
  const kubectl = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'
  writeFileSync(join(bin, 'kubectl'), kubectl, { mode: 0o755 })
  const env = {
    KUBECONFIG: join(repository.root, 'kubeconfig'),
    PATH: [bin, dirname(process.execPath), '/bin', '/usr/bin'].join(':'),
    ADMIN_PORT: String((admin.address() as AddressInfo).port),
  }
  const run = (...words: readonly string[]): Promise<ToolRun> =>
    runKube(['prod', 'loglevel', 'debug', '--for', '300', ...words], { cwd: repository.root, env })

  const good = await run()
  expect(good).toMatchObject({ exitCode: 0, stderr: '' })
  expect(good.stdout).toBe(
    'web-1  debug until 2026-11-23T16:22:00.000Z\nweb-2  debug until 2026-11-23T16:22:00.000Z\n',
  )
  const bad = await run('--json')
  admin.close()
  expect(bad.exitCode).toBe(1)
  expect(JSON.parse(bad.stdout)).toEqual({
    process: 'web',
    pods: [
      { pod: 'web-1', level: 'debug', until: '2026-11-23T16:22:00.000Z' },
      { pod: 'web-2', error: 'level "debug" is not for sale' },
    ],
  })
  expect(new Set(asked)).toEqual(new Set(['PUT /loglevel?level=debug&for=300']))
})

function toPod(name: string, status: string): Stored {
  const labels = { [LABELS.partOf]: 'users', [LABELS.component]: 'web' }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'users', labels },
    status: { conditions: [{ type: 'Ready', status }] },
  }
}

test('an emergency needs no working service.ts: its name is enough', async () => {
  await stage.deploy(GOOD)
  await stage.deploy(toImage('2'))
  const declaration = "export default defineService({ name: 'users', env: broken })\n"
  writeFileSync(join(repository.root, 'service.ts'), declaration)
  const { exitCode, stderr } = await kube('prod', 'rollback')
  expect(stderr).toContain('users 600d00000000 deployed in production')
  expect(exitCode).toBe(0)
})

test('env set takes a value from nowhere but standard input, and list shows none', async () => {
  const pair = await kube('prod', 'env', 'set', 'KEY=hunter2')
  expect(pair).toMatchObject({ exitCode: 2 })
  expect(pair.stderr).toContain('a value on the command line stays in its history')
  await stage.deploy(GOOD)
  stage.api.store.put('/api/v1/namespaces/users/secrets/users-env', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'users-env', namespace: 'users' },
    data: { TOKEN: Buffer.from('hunter2').toString('base64') },
  })
  const list = await kube('prod', 'env', 'list')
  expect(list.stdout).toBe('variable  characters\nTOKEN     7\n')
  expect(await kube('prod', 'env', 'unset', 'TOKEN')).toMatchObject({ exitCode: 0 })
  expect((await kube('prod', 'env', 'list', '--json')).stdout).toBe('{}\n')
})

test('env set takes the value from standard input, line end and all but the last, and tells its length', async () => {
  await stage.deploy(GOOD)
  const child = spawn(process.execPath, [MAIN, 'prod', 'env', 'set', 'KEY', '--json'], {
    cwd: repository.root,
    env: { ...process.env, KUBECONFIG: join(repository.root, 'kubeconfig') },
  })
  child.stdin.end('sentinel\nvalue\n')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect({ stdout, stderr }).toEqual({
    stdout: '{"set":"KEY","characters":14}\n',
    stderr: 'set KEY (14 characters); pods see it when they are rolled\n',
  })
  expect(stage.api.store.read('/api/v1/namespaces/users/secrets/users-env')).toMatchObject({
    data: { KEY: Buffer.from('sentinel\nvalue').toString('base64') },
  })
})

test('scale is refused where an autoscaler would undo it', async () => {
  await stage.deploy(GOOD)
  expect(await kube('prod', 'scale', 'web', '3')).toMatchObject({ exitCode: 0 })
  expect(stage.api.store.read('/apis/apps/v1/namespaces/users/deployments/web')).toMatchObject({
    spec: { replicas: 3 },
  })
  const unknown = await kube('prod', 'scale', 'wbe', '3')
  expect(unknown.stderr).toContain('users has no process wbe — it has web')
  expect(await kube('prod', 'scale', 'web', 'many')).toMatchObject({ exitCode: 2 })
})

test('a context that leads to another cluster is refused before anything is asked of it', async () => {
  const { exitCode, stderr } = await kube('qa', 'deploy')
  expect(exitCode).toBe(3)
  expect(stderr).toContain(
    'SERVICEX_CLUSTER_MISMATCH  the context acme is not the cluster of qa: nothing was changed',
  )
  expect(stage.api.calls.map(({ path }) => path)).toEqual(['/api/v1/namespaces/kube-system'])
})

test("the kubeconfig's current context never counts", async () => {
  const { exitCode, stderr } = await kube('sandbox', 'status')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('no kubeconfig has the context "missing"')
  expect(stage.api.calls).toEqual([])
})

test('no credential stands in any output', async () => {
  stage.api.fault = () => ({ kind: 'status', status: 403 })
  for (const verb of ['status', 'history', 'logs', 'deploy', 'restart']) {
    const { stdout, stderr } = await kube('prod', verb)
    expect(stdout + stderr).not.toContain('sentinel-token')
  }
})

test('a refusal of the API server is an error in words, without a stack', async () => {
  stage.api.fault = ({ path }) =>
    path.includes('configmaps') ? { kind: 'status', status: 403 } : undefined
  const { exitCode, stderr } = await kube('prod', 'history')
  expect(exitCode).toBe(1)
  expect(stderr).toBe(
    'SERVICEX_CLUSTER_REFUSED  the API server refused it (403): a fault\n  fix: give the account the right that the message names\n',
  )
})
