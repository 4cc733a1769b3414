import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PodObject } from '../../../tooling/plan/rollout/objects.ts'
import type { Stored } from '../../fakes/kubernetes/store.ts'
import type { ToolRun } from '../run-kube.ts'
import { type ImageRepository, openImageRepository } from './image-repository.ts'
import { openStage, type Stage, toImage, toPlan } from './stage.ts'

const GOOD = toImage('600d')
const JOBS = '/apis/batch/v1/namespaces/users/jobs'
const LOG = [
  '{"timestamp":"2026-01-02T03:04:05.678Z","severity":"info","message":"began","rows":3}',
  'plain \u001b[31mline',
].join('\n')

let stage: Stage
let repository: ImageRepository
beforeEach(async () => {
  stage = await openStage()
  repository = await openImageRepository(stage)
})
afterEach(async () => {
  await repository.close()
  await stage.close()
})

function run(...words: readonly string[]): Promise<ToolRun> {
  return repository.kube('prod', 'run', ...words)
}

function findJob(): Stored | undefined {
  return [...stage.api.store.objects.entries()].find(([path]) => path.startsWith(JOBS))?.[1]
}

/** Has every Job have a pod, as its controller does; `toStatus` says how the pod does at the n-th look. */
function play(toStatus: (look: number) => PodObject['status'], jobStatus: object = {}): void {
  let look = 0
  stage.api.rollouts.scripts.set(GOOD, { isReady: (n) => n > 1, log: LOG })
  stage.api.fault = ({ method, path }) => {
    const job = findJob()
    if (method !== 'GET' || path !== '/api/v1/namespaces/users/pods' || job === undefined)
      return undefined
    look += 1
    const { template } = job['spec'] as { template: { spec: object; metadata: object } }
    const { name } = job.metadata
    stage.api.store.put(`${path}/${name}-x`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${name}-x`, namespace: 'users', labels: { 'job-name': name } },
      spec: template.spec,
      status: toStatus(look),
    })
    stage.api.store.put(`${JOBS}/${name}`, { ...job, status: jobStatus })
    return undefined
  }
}

function ended(exitCode: number, more: object = {}): PodObject['status'] {
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    containerStatuses: [{ name: 'web', state: { terminated: { exitCode, ...more } } }],
  }
}

const RUNNING: PodObject['status'] = {
  phase: 'Running',
  containerStatuses: [{ name: 'web', state: { running: {} } }],
}

test('a command runs once as the app runs: its image, variables, account; nothing of serving; no second try', async () => {
  await stage.deploy(GOOD)
  play(() => ended(0))
  expect(await run('--', 'node', 'job.js', '--cost', '$(HOME)')).toMatchObject({ exitCode: 0 })
  const { status: _status, metadata, ...job } = findJob() ?? expect.fail()
  const { annotations, labels, name } = metadata
  const own = { ...job, metadata: { name, labels, annotations } }
  const text = JSON.stringify(own, undefined, 2).replaceAll(name, 'run-web-…')
  expect(name).toMatch(/^run-web-[a-z0-9]{5}$/)
  await expect(`${text}\n`).toMatchFileSnapshot('golden/run-job.json')
})

test('its log is told as a person reads it, each line once, and its exit code is the exit code', async () => {
  await stage.deploy(GOOD)
  play((look) => (look < 3 ? RUNNING : ended(7)))
  const { exitCode, stderr, stdout } = await run('--', 'false')
  expect(exitCode).toBe(7)
  expect(stdout).toBe(`03:04:05.678 info  began rows=3\nplain \\u001b[31mline\n`)
  expect(stderr).toMatch(
    /^image .*\nstarted Job\/run-web-\w+\nthe command ended with 7 after \d s\n$/,
  )
})

test('--json tells the log and the end as lines of JSON', async () => {
  await stage.deploy(GOOD)
  play(() => ended(137, { reason: 'OOMKilled' }))
  const { exitCode, stdout } = await run('--json', '--', 'x')
  expect(exitCode).toBe(137)
  const lines = stdout.trim().split('\n')
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    { type: 'log', line: LOG.split('\n')[0] },
    { type: 'log', line: LOG.split('\n')[1] },
    expect.objectContaining({
      type: 'result',
      outcome: 'ended',
      exitCode: 137,
      reason: 'OOMKilled',
    }),
  ])
})

test.for([
  { message: 'exec: "nope": executable file not found in $PATH', exitCode: 127 },
  { message: 'exec: "x": permission denied', exitCode: 126 },
])('a command that cannot be started exits $exitCode, as in a shell', async (one) => {
  const { exitCode, message } = one
  await stage.deploy(GOOD)
  play(() => ended(128, { reason: 'StartError', message }))
  const told = await run('--', 'nope')
  expect(told.exitCode).toBe(exitCode)
  expect(told.stderr).toContain(message)
})

test('a command that takes too long is ended, its Job is deleted, and the exit code is 70', async () => {
  await stage.deploy(GOOD)
  const condition = { type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }
  play(() => RUNNING, { conditions: [condition] })
  const { exitCode, stderr } = await run('--timeout', '5', '--', 'sleep', '60')
  expect(exitCode).toBe(70)
  expect(stderr).toContain('it took longer than 5 s')
  expect(findJob()).toBeUndefined()
})

test('a pod that the cluster took away is no end of the command', async () => {
  await stage.deploy(GOOD)
  play(() => ({ phase: 'Failed', reason: 'Evicted', message: 'the node was low on memory' }))
  const { exitCode, stderr } = await run('--', 'x')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/ended by the cluster: pod .*: Evicted: the node was low on memory/)
})

test('a pod that can never start is told with its fix, and its Job is deleted', async () => {
  await stage.deploy(GOOD)
  const waiting = { reason: 'ErrImagePull', message: 'manifest unknown' }
  play(() => ({ phase: 'Pending', containerStatuses: [{ name: 'web', state: { waiting } }] }))
  const { exitCode, stderr } = await run('--', 'x')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('SERVICEX_RUN_FAILED  the command was not started\n  IMAGE_NOT_FOUND')
  expect(findJob()).toBeUndefined()
})

test('a Job without a pod says what refuses it', async () => {
  await stage.deploy(GOOD)
  const path = '/api/v1/namespaces/users/events'
  stage.api.store.put(`${path}/e`, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', namespace: 'users' },
    reason: 'FailedCreate',
    message: 'pods "x" is forbidden: exceeded quota: compute',
  })
  const { exitCode, stderr } = await run('--', 'x')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('QUOTA  Job run-web-')
  expect(findJob()).toBeUndefined()
})

test('Ctrl-C deletes the Job and exits 130', async () => {
  await stage.deploy(GOOD)
  play(() => RUNNING)
  const running = run('--', 'sleep', '60')
  await expect.poll(() => findJob(), { timeout: 20_000 }).toBeDefined()
  process.emit('SIGTERM', 'SIGTERM')
  const { exitCode, stderr } = await running
  expect(exitCode).toBe(130)
  expect(stderr).toContain('deleted Job/run-web-')
  expect(findJob()).toBeUndefined()
})

test('a later deploy leaves it alone', async () => {
  await stage.deploy(GOOD)
  play(() => ended(0))
  await run('--', 'x')
  stage.api.fault = undefined
  const { transcript } = await stage.deploy(toImage('2'))
  expect(transcript).not.toContain('Job')
  expect(findJob()).toBeDefined()
})

test('a process that is not there, and an app that is not, are told before anything is made', async () => {
  const none = await run('--', 'x')
  expect(none.exitCode).toBe(2)
  expect(none.stderr).toContain('users has no process web here: it is not deployed')
  await stage.deploy(GOOD)
  const before = stage.api.writes.length
  const wrong = await run('--process', 'wbe', '--', 'x')
  expect(wrong.exitCode).toBe(2)
  expect(wrong.stderr).toContain('users has no process wbe here — it has web')
  expect(stage.api.writes.length).toBe(before)
})

describe('--revision', () => {
  test('runs as that commit would, by its image', async () => {
    await stage.deploy(GOOD)
    const image = repository.putImage('one')
    play(() => ended(0))
    const revision = 'a'.repeat(40)
    const words = ['--revision', revision, '--image', image, '--', 'x']
    expect(await run(...words)).toMatchObject({ exitCode: 0 })
    const { template } = (findJob() ?? expect.fail())['spec'] as {
      template: { spec: { containers: { image: string }[] } }
    }
    expect(template.spec.containers.map((one) => one.image)).toEqual([image])
    expect(findJob()?.metadata.labels).toMatchObject({ 'app.kubernetes.io/version': revision })
  })
})

test('a container beside the own one is left out, since the Job would never end, and that is said', async () => {
  const { manifests } = toPlan(GOOD)
  const copies = structuredClone(manifests) as unknown as Stored[]
  const web = copies.find(({ kind }) => kind === 'Deployment') ?? expect.fail()
  const { template } = web['spec'] as { template: { spec: { containers: object[] } } }
  template.spec.containers.push({ name: 'proxy', image: 'proxy:1' })
  await stage.deploy(GOOD, { plan: { manifests: copies } })
  play(() => ended(0))
  const { stderr } = await run('--', 'x')
  expect(stderr).toContain('without the container proxy that runs beside it')
})
