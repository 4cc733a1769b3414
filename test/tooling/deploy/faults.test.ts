import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ApiCall, Fault } from '../../fakes/kubernetes/api-server.ts'
import { openStage, type Stage, toImage } from './stage.ts'

const FIRST = toImage('1')
const SECOND = toImage('2')

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

/** The objects of the namespace, without what differs from one run to the next. */
function stateOf({ api }: Stage): string[] {
  return [...api.store.objects]
    .filter(([path]) => !/kube-history|kube-deploy|\/pods\/|\/replicasets\//.test(path))
    .map(([path, { metadata, ...rest }]) => {
      const { resourceVersion: _, uid: _uid, generation: _generation, ...own } = metadata
      return `${path} ${JSON.stringify([own, rest])}`
        .replaceAll(/"observedGeneration":\d+/g, '')
        .replaceAll(/"servicex.dev\/deployed-at":"[^"]+"/g, '')
    })
    .toSorted()
}

/** How many calls an undisturbed second deploy makes, and what it comes to. */
async function undisturbed(): Promise<{ calls: readonly ApiCall[]; state: string[] }> {
  const other = await openStage()
  await other.deploy(FIRST)
  const before = other.api.calls.length
  await other.deploy(SECOND)
  const result = { calls: other.api.calls.slice(before), state: stateOf(other) }
  await other.close()
  return result
}

/** Deploys twice on a stage of its own; `fault` decides on the calls of the second deploy, counted from 1. */
async function disturbed(fault: (number: number) => Fault | undefined, patienceMs?: number) {
  const other = await openStage()
  await other.deploy(FIRST)
  const before = other.api.calls.length
  other.api.fault = ({ number }) => fault(number - before)
  const run = await other.deploy(SECOND, patienceMs === undefined ? {} : { patienceMs })
  return { other, run }
}

test('a deploy that is killed at any of its calls is finished by the next one', async () => {
  const { calls, state } = await undisturbed()
  for (const [index, call] of calls.entries()) {
    const number = index + 1
    const last: Fault = call.method === 'GET' ? { kind: 'reset' } : { kind: 'lost-answer' }
    const { other } = await disturbed(
      (at) => (at < number ? undefined : at === number ? last : { kind: 'reset' }),
      0,
    )
    other.api.fault = undefined
    const { exitCode, transcript } = await other.deploy(SECOND)
    expect({ number, exitCode, transcript }).toMatchObject({ number, exitCode: 0 })
    expect(stateOf(other)).toEqual(state)
    await other.close()
  }
})

const PASSING: readonly Fault[] = [
  { kind: 'reset' },
  { kind: 'cut' },
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'status', status: 503 },
]

test.for(PASSING)('%j at any one call does not fail a deploy', async (fault) => {
  const { calls, state } = await undisturbed()
  for (const [index, { method }] of calls.entries()) {
    const { other, run } = await disturbed((at) => (at === index + 1 ? fault : undefined))
    expect({ index, method, ...run }).toMatchObject({ index, exitCode: 0 })
    expect(stateOf(other)).toEqual(state)
    await other.close()
  }
})

test('an API server that is away for 50 s in the middle of a rollout is waited for', async () => {
  const { calls } = await undisturbed()
  const watching = calls.findIndex(({ path }) => path.endsWith('/deployments')) + 1
  let away = 0
  const { other, run } = await disturbed((at) =>
    at >= watching && (away += 1) <= 24 ? { kind: 'reset' } : undefined,
  )
  expect(run.exitCode).toBe(0)
  expect(run.seconds).toBeGreaterThan(30)
  await other.close()
})

test('an API server that stays away is an error in words', async () => {
  stage.api.fault = () => ({ kind: 'reset' })
  const { exitCode, transcript } = await stage.deploy(FIRST, { patienceMs: 0 })
  expect(exitCode).toBe(1)
  expect(transcript).toContain('SERVICEX_CLUSTER_UNREACHABLE  the API server cannot be reached')
})

test('of two deploys at once one waits for the other; both come to their end', async () => {
  const [one, two] = await Promise.all([
    stage.deploy(FIRST, { plan: { committedAtSeconds: 1 } }),
    stage.deploy(SECOND, { plan: { committedAtSeconds: 1 } }),
  ])
  expect([one.exitCode, two.exitCode]).toEqual([0, 0])
  expect(one.transcript + two.transcript).toContain('waiting: ann is deploying')
})

test('an older revision that waits behind a newer one is superseded', async () => {
  const lease = '/apis/coordination.k8s.io/v1/namespaces/users/leases/kube-deploy'
  await stage.deploy(FIRST)
  const { store } = stage.api
  const held = store.read(lease)
  store.put(lease, {
    ...held,
    metadata: {
      ...held.metadata,
      annotations: {
        'servicex.dev/committed-at': '99',
        'servicex.dev/who': 'ben',
        'servicex.dev/revision': 'f'.repeat(40),
      },
    },
    spec: { holderIdentity: 'ben', leaseDurationSeconds: 30, renewTime: '2026-01-02T03:04:30Z' },
  })
  const { exitCode, transcript } = await stage.deploy(SECOND)
  expect(exitCode).toBe(7)
  expect(transcript).toContain(
    'SERVICEX_DEPLOY_SUPERSEDED  another deploy has gone ahead: ben is deploying ffffffffffff',
  )
})

test('a lock whose holder is gone is taken over after 30 s; one that is renewed is not, and exits 75', async () => {
  const lease = '/apis/coordination.k8s.io/v1/namespaces/users/leases/kube-deploy'
  await stage.deploy(FIRST)
  const { store } = stage.api
  const hold = (holder: string, second: number): void => {
    const held = store.read(lease)
    store.put(lease, {
      ...held,
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: 30,
        renewTime: `2026-01-02T03:0${4 + Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}Z`,
      },
    })
  }
  hold('gone', 6)
  const taken = await stage.deploy(SECOND)
  expect(taken.exitCode).toBe(0)
  expect(taken.seconds).toBeLessThan(40)
  let second = 0
  hold('alive', 0)
  stage.api.fault = ({ path }) => {
    if (path === lease) hold('alive', (second += 1))
    return undefined
  }
  const refused = await stage.deploy(FIRST, { options: { lockPatienceMs: 60_000 } })
  expect(refused.exitCode).toBe(75)
  expect(refused.transcript).toContain('SERVICEX_DEPLOY_LOCKED')
})

test('text from the cluster is shown and never obeyed by the terminal', async () => {
  stage.api.rollouts.scripts.set(SECOND, {
    isReady: () => false,
    refusal: 'denied \u001B]0;PWN\u0007\u001B[2J\r by webhook',
  })
  const { transcript } = await stage.deploy(SECOND)
  // oxlint-disable-next-line no-control-regex
  expect(transcript).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/)
})
