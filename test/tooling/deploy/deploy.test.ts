import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readHistory } from '../../../tooling/apply/deploy/history.ts'
import { VERDICTS } from '../../../tooling/plan/rollout/verdict-code.ts'
import type { Stored } from '../../fakes/kubernetes/store.ts'
import { FAILING, PASSING } from './scripts.ts'
import { openStage, type Stage, toImage, toPlan } from './stage.ts'

const GOOD = toImage('600d')
const BAD = toImage('bad')

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

function imageThatServes(): unknown {
  const deployment = stage.api.store.objects.get('/apis/apps/v1/namespaces/users/deployments/web')
  const spec = deployment?.['spec'] as { template: { spec: { containers: { image: string }[] } } }
  return spec.template.spec.containers[0]?.image
}

test('a deploy makes everything, watches it serve, and is remembered', async () => {
  const { exitCode, transcript } = await stage.deploy(GOOD)
  expect(exitCode).toBe(0)
  await expect(transcript).toMatchFileSnapshot('golden/first.txt')
  const again = await stage.deploy(GOOD)
  expect(again.exitCode).toBe(0)
  await expect(again.transcript).toMatchFileSnapshot('golden/again.txt')
})

test('nothing outside of the namespace and its own objects is ever written', async () => {
  await stage.deploy(GOOD)
  const outside = stage.api.writes.filter(
    (write) => !/ \/(?:api|apis\/[^/]+)\/v\d\/namespaces\/users(?:\/|$)/.test(write),
  )
  expect(outside).toEqual([])
})

test.for(FAILING)(
  '$code is told with its evidence, rolled back, and exits 4',
  async ({ code, script, withinSeconds }) => {
    await stage.deploy(GOOD)
    stage.api.rollouts.scripts.set(BAD, script)
    const { exitCode, transcript, events, seconds } = await stage.deploy(BAD)
    await expect(transcript).toMatchFileSnapshot(`golden/${code.toLowerCase()}.txt`)
    expect(
      events.flatMap((event) => (event.type === 'finding' ? [event.finding.code] : [])),
    ).toEqual([code])
    expect(exitCode).toBe(4)
    expect(imageThatServes()).toBe(GOOD)
    expect(seconds).toBeLessThanOrEqual(withinSeconds + 4)
  },
)

test.for(PASSING)(
  '$code is told and waited for: what stands in for the pod serves',
  async ({ code, script }) => {
    await stage.deploy(GOOD)
    stage.api.rollouts.scripts.set(BAD, script)
    const { exitCode, transcript } = await stage.deploy(BAD)
    await expect(transcript).toMatchFileSnapshot(`golden/${code.toLowerCase()}.txt`)
    expect(transcript).toContain(`  ${code}  pod web-2-x: `)
    expect(exitCode).toBe(0)
    expect(imageThatServes()).toBe(BAD)
  },
)

test('every verdict has a transcript', () => {
  const golden = readdirSync(join(import.meta.dirname, 'golden'))
  const missing = Object.keys(VERDICTS).filter(
    (code) => !golden.includes(`${code.toLowerCase()}.txt`),
  )
  expect(missing).toEqual([])
})

test('a first deploy that fails has nothing to go back to, and exits 5', async () => {
  stage.api.rollouts.scripts.set(
    BAD,
    FAILING.find(({ code }) => code === 'CRASH_LOOP')?.script ?? expect.fail(),
  )
  const { exitCode, transcript } = await stage.deploy(BAD)
  expect(exitCode).toBe(5)
  expect(transcript).toContain('nothing served before: this was the first deploy')
})

test('--no-rollback leaves what failed as it is, and exits 5', async () => {
  await stage.deploy(GOOD)
  stage.api.rollouts.scripts.set(BAD, FAILING[0]?.script ?? expect.fail())
  const { exitCode } = await stage.deploy(BAD, { options: { isRollingBack: false } })
  expect(exitCode).toBe(5)
  expect(imageThatServes()).toBe(BAD)
})

test('a rollout that says nothing for certain times out; with nothing to go back to it exits 70', async () => {
  stage.api.rollouts.scripts.set(BAD, { isReady: () => false })
  const { exitCode, transcript } = await stage.deploy(BAD)
  expect(exitCode).toBe(70)
  expect(transcript).toContain('still waiting for web: 1 of 2 pods are new')
  expect(transcript).toContain('DEADLINE')
})

test('a rollout that times out and is rolled back exits 4: what served before serves', async () => {
  await stage.deploy(GOOD)
  stage.api.rollouts.scripts.set(BAD, { isReady: () => false })
  const { exitCode, transcript } = await stage.deploy(BAD)
  expect(exitCode).toBe(4)
  await expect(transcript).toMatchFileSnapshot('golden/timed_out.txt')
  expect(imageThatServes()).toBe(GOOD)
})

test("another's image in the Deployment is no success of ours: it is superseded, and exits 7", async () => {
  stage.api.rollouts.scripts.set(BAD, { isReady: () => false })
  const path = '/apis/apps/v1/namespaces/users/deployments/web'
  let looks = 0
  stage.api.fault = (call) => {
    if (call.path.endsWith('/deployments') && (looks += 1) === 3)
      stage.api.store.apply(path, deploymentOf(GOOD), { manager: 'kubectl', isDryRun: false })
    return undefined
  }
  const { exitCode, transcript } = await stage.deploy(BAD)
  expect(exitCode).toBe(7)
  await expect(transcript).toMatchFileSnapshot('golden/superseded.txt')
  expect(imageThatServes()).toBe(GOOD)
})

function deploymentOf(image: string): Stored {
  const found = toPlan(image).manifests.find(({ kind }) => kind === 'Deployment')
  return structuredClone(found) as unknown as Stored
}

test('what is planned no more is deleted after the new pods serve; Secrets and foreign objects stay', async () => {
  const { store } = stage.api
  const plan = toPlan(GOOD)
  const extra = ['ConfigMap', 'Secret'].map((kind) => ({
    apiVersion: 'v1',
    kind,
    metadata: {
      name: 'extra',
      namespace: 'users',
      labels: { 'app.kubernetes.io/managed-by': 'kube' },
    },
  }))
  await stage.deploy(GOOD, { plan: { manifests: [...plan.manifests, ...extra] } })
  store.put('/api/v1/namespaces/users/configmaps/foreign', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'foreign', namespace: 'users' },
  })
  const { exitCode, transcript } = await stage.deploy(GOOD)
  expect(exitCode).toBe(0)
  expect(transcript).toContain('deleted ConfigMap/extra')
  expect(transcript).toContain('Secret/extra is planned no more; it is never deleted by a deploy')
  expect(stage.api.writes.filter((write) => write.startsWith('DELETE'))).toEqual([
    'DELETE /api/v1/namespaces/users/configmaps/extra',
  ])
})

test('an object that lost our label is left as it is', async () => {
  const { store } = stage.api
  const extra = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'extra', namespace: 'users' },
  }
  await stage.deploy(GOOD, { plan: { manifests: [...toPlan(GOOD).manifests, extra] } })
  const { transcript } = await stage.deploy(GOOD)
  expect(transcript).toContain('ConfigMap/extra is no longer ours: left as it is')
  expect(store.objects.has('/api/v1/namespaces/users/configmaps/extra')).toBe(true)
})

test('a plan that would delete much is refused before anything is changed', async () => {
  await stage.deploy(GOOD)
  const before = stage.api.writes.length
  const [namespace] = toPlan(GOOD).manifests
  const { exitCode, transcript } = await stage.deploy(GOOD, {
    plan: { manifests: namespace === undefined ? [] : [namespace] },
  })
  expect(exitCode).toBe(3)
  expect(transcript).toContain('6 of 7 objects would be deleted, and nothing was changed')
  const changed = stage.api.writes
    .slice(before)
    .filter((write) => !write.includes('/leases') && write !== 'PATCH /api/v1/namespaces/users')
  expect(changed).toEqual([])
})

test('the first apply over objects of `kubectl apply` leaves none of their fields behind', async () => {
  const path = '/api/v1/namespaces/users/services/web'
  stage.api.store.put('/api/v1/namespaces/users', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'users' },
  })
  stage.api.store.put(path, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'users',
      annotations: {
        old: 'field',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        theirs: 'x',
      },
      managedFields: [
        {
          manager: 'kubectl-client-side-apply',
          operation: 'Update',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:metadata': {
              'f:annotations': {
                'f:old': {},
                'f:kubectl.kubernetes.io/last-applied-configuration': {},
              },
            },
            'f:spec': { 'f:sessionAffinity': {} },
          },
        },
        {
          manager: 'controller',
          operation: 'Update',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:theirs': {} } } },
        },
      ],
    },
    spec: { sessionAffinity: 'ClientIP' },
  })
  const { transcript } = await stage.deploy(GOOD)
  expect(transcript).toContain('took Service/web over from kubectl apply')
  const { metadata, spec } = stage.api.store.read(path) as Stored & { spec: object }
  expect(metadata.annotations).toEqual({ theirs: 'x', 'servicex.dev/generator': '0.1.0' })
  expect(spec).not.toHaveProperty('sessionAffinity')
})

test('the history says what was deployed, by whom and from what, the latest first', async () => {
  await stage.deploy(GOOD)
  await stage.deploy(toImage('2'))
  const raw = stage.api.store.read('/api/v1/namespaces/users/configmaps/kube-history')
  const client = { json: () => Promise.resolve(raw) } as never
  const entries = await readHistory({ client, app: 'users' })
  expect(
    entries.map(({ revision, from, who, outcome }) => [
      revision.slice(0, 4),
      from?.slice(0, 4),
      who,
      outcome,
    ]),
  ).toEqual([
    ['2000', '600d', 'ann', 'deployed'],
    ['600d', undefined, 'ann', 'deployed'],
  ])
})
