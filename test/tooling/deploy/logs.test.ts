import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type ClusterClient,
  openClusterClient,
} from '../../../tooling/apply/cluster/cluster-client.ts'
import { followLogs, type LogRequest } from '../../../tooling/apply/logs/follow-logs.ts'
import type { PodObject } from '../../../tooling/plan/rollout/objects.ts'
import { type ImageRepository, openImageRepository } from './image-repository.ts'
import { openStage, type Stage, toImage } from './stage.ts'

const GOOD = toImage('600d')
const PODS = '/api/v1/namespaces/users/pods'

let stage: Stage
let repository: ImageRepository
beforeEach(async () => {
  stage = await openStage()
  repository = await openImageRepository(stage)
  stage.api.rollouts.scripts.set(GOOD, { isReady: () => true, log: 'one\ntwo\n' })
})
afterEach(async () => {
  await repository.close()
  await stage.close()
})

function putPod(
  name: string,
  statuses: NonNullable<PodObject['status']>['containerStatuses'],
): void {
  stage.api.store.put(`${PODS}/${name}`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'users',
      labels: { 'app.kubernetes.io/part-of': 'users', 'app.kubernetes.io/component': 'web' },
    },
    spec: { containers: [{ name: 'web', image: GOOD }] },
    status: { containerStatuses: statuses },
  })
}

const WEB = { name: 'web', state: { running: {} } }

/** Follows for so many polls; gives what was told. */
async function follow(polls: number, onPoll: (poll: number) => void): Promise<string[]> {
  const access = {
    context: 'x',
    server: new URL(stage.api.url),
    tls: {},
    credentials: { kind: 'none' as const },
  }
  const own = openClusterClient(access, { env: {}, proxy: {}, sleep: () => Promise.resolve() })
  let open = 0
  const client: ClusterClient = {
    ...own,
    stream: async (request) => {
      open += 1
      const answer = await own.stream(request)
      answer.body.once('close', () => (open -= 1))
      return answer
    },
  }
  const lines: string[] = []
  const end = new Error('enough')
  let poll = 0
  const request: LogRequest = {
    client,
    app: 'users',
    isFollowing: true,
    isPrevious: false,
    tailLines: 10,
    signal: new AbortController().signal,
    // A poll is over when every log has been read to its end.
    sleep: async () => {
      await expect.poll(() => open, { timeout: 20_000 }).toBe(0)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      poll += 1
      if (poll > polls) throw end
      onPoll(poll)
    },
  }
  await expect(followLogs(request, (pod, line) => lines.push(`${pod} ${line}`))).rejects.toBe(end)
  client.close()
  return lines
}

test('the logs of all pods are told, each container of a pod that has several by its name', async () => {
  putPod('web-1', [WEB])
  putPod('web-2', [WEB, { name: 'proxy', state: { running: {} } }])
  const { exitCode, stdout } = await repository.kube('prod', 'logs')
  expect(exitCode).toBe(0)
  expect(stdout.trim().split('\n').toSorted()).toEqual([
    'web-1  one',
    'web-1  two',
    'web-2/proxy  one',
    'web-2/proxy  two',
    'web-2/web  one',
    'web-2/web  two',
  ])
  const asked = stage.api.calls.filter(({ path }) => path.endsWith('/log'))
  expect(asked.map(({ query }) => query.get('container') ?? '').toSorted()).toEqual([
    'proxy',
    'web',
    'web',
  ])
})

test('--json tells each line with the pod it is of', async () => {
  putPod('web-1', [WEB])
  const { stdout } = await repository.kube('prod', 'logs', '--json')
  expect(stdout).toBe('{"source":"web-1","line":"one"}\n{"source":"web-1","line":"two"}\n')
})

test('Ctrl-C ends --follow', async () => {
  putPod('web-1', [WEB])
  const running = repository.kube('prod', 'logs', '-f')
  const asked = (): number => stage.api.calls.filter(({ path }) => path.endsWith('/log')).length
  await expect.poll(asked, { timeout: 20_000 }).toBe(1)
  process.emit('SIGINT', 'SIGINT')
  const { exitCode, stderr } = await running
  expect(exitCode).toBe(130)
  expect(stderr).not.toContain('goes on from here')
})

test('--previous asks for the run before, of containers that had one', async () => {
  putPod('web-1', [WEB])
  putPod('web-2', [{ ...WEB, lastState: { terminated: { exitCode: 1 } } }])
  const { stdout } = await repository.kube('prod', 'logs', '--previous', '--raw')
  expect(stdout).toBe('one\ntwo\n')
  const asked = stage.api.calls.filter(({ path }) => path.endsWith('/log'))
  expect(asked.map(({ path, query }) => [path, query.get('previous')])).toEqual([
    [`${PODS}/web-2/log`, 'true'],
  ])
})

test('--follow goes on where a connection broke, with each line once, and takes new pods in', async () => {
  putPod('web-1', [WEB])
  let looks = 0
  stage.api.fault = ({ path }) => {
    if (!path.endsWith('/web-1/log')) return undefined
    looks += 1
    return looks === 2 ? { kind: 'cut' } : undefined
  }
  const lines = await follow(4, (poll) => {
    const log = `one\ntwo\n${poll > 2 ? 'three\n' : ''}`
    stage.api.rollouts.scripts.set(GOOD, { isReady: () => true, log })
    if (poll === 3) putPod('web-2', [WEB])
  })
  expect(lines.filter((line) => line.startsWith('web-1'))).toEqual([
    'web-1 one',
    'web-1 two',
    'web-1 three',
  ])
  expect(lines).toContain('web-2 one')
  expect(looks).toBeGreaterThan(3)
})

test('--follow reads a container that has ended once, and again when it was started again', async () => {
  const ended = { name: 'web', state: { terminated: { exitCode: 0 } } }
  putPod('web-1', [ended])
  await follow(3, () => undefined)
  const count = (): number => stage.api.calls.filter(({ path }) => path.endsWith('/log')).length
  expect(count()).toBe(1)
  await follow(2, (poll) => {
    if (poll === 1) putPod('web-1', [{ ...ended, restartCount: 1 }])
  })
  expect(count()).toBe(3)
})

test('logs that may not be read are an error, not silence', async () => {
  putPod('web-1', [WEB])
  stage.api.fault = ({ path }) =>
    path.endsWith('/log') ? { kind: 'status', status: 403 } : undefined
  const { exitCode, stderr } = await repository.kube('prod', 'logs')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('SERVICEX_CLUSTER_REFUSED')
})
