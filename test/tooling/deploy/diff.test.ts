import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openClusterClient } from '../../../tooling/apply/cluster/cluster-client.ts'
import { type DeployChanges, readChanges } from '../../../tooling/apply/deploy/read-changes.ts'
import type { Manifest } from '../../../tooling/plan/manifests/manifest.ts'
import { toChangesSummary, toChangesText } from '../../../tooling/report/changes-text.ts'
import type { Stored } from '../../fakes/kubernetes/store.ts'
import { openImageRepository } from './image-repository.ts'
import { openStage, type Stage, toImage, toPlan } from './stage.ts'

const GOOD = toImage('600d')
const NEXT = toImage('2')
const WEB = '/apis/apps/v1/namespaces/users/deployments/web'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

async function changes(manifests: readonly Manifest[]): Promise<DeployChanges> {
  const access = {
    context: 'x',
    server: new URL(stage.api.url),
    tls: {},
    credentials: { kind: 'none' as const },
  }
  const client = openClusterClient(access, { env: {}, proxy: {} })
  try {
    return await readChanges({ client, app: 'users' }, manifests)
  } finally {
    client.close()
  }
}

async function text(manifests: readonly Manifest[]): Promise<string> {
  const { objects } = await changes(manifests)
  return `${toChangesText(objects, (_, words) => words)}${toChangesSummary(objects)}\n`
}

function configMap(name: string, more: object = {}): Manifest {
  const labels = { 'app.kubernetes.io/managed-by': 'kube' }
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'users', labels },
    ...more,
  }
}

test('what a deploy changes, adds, deletes and leaves is told as a unified diff', async () => {
  const old = [configMap('old', { data: { a: '1' } }), { ...configMap('kept'), kind: 'Secret' }]
  await stage.deploy(GOOD, { plan: { manifests: [...toPlan(GOOD).manifests, ...old] } })
  const before = [...stage.api.writes]
  const planned = [...toPlan(NEXT).manifests, configMap('new', { data: { b: '2' } })]
  await expect(await text(planned)).toMatchFileSnapshot('golden/diff.txt')
  expect(stage.api.writes).toEqual(before)
})

test('the same again is no difference, whatever the server has noted since', async () => {
  await stage.deploy(GOOD)
  expect(await text(toPlan(GOOD).manifests)).toBe('7 unchanged\n')
})

test('what somebody has changed by hand is told as what the deploy sets back', async () => {
  await stage.deploy(GOOD)
  const live = stage.api.store.read(WEB)
  const spec = { ...(live['spec'] as object), minReadySeconds: 77 }
  stage.api.store.put(WEB, { ...live, spec })
  const told = await text(toPlan(GOOD).manifests)
  expect(told).toContain('changed Deployment/web\n--- live/Deployment/web\n')
  expect(told).toContain('-  minReadySeconds: 77\n')
})

test('before the first deploy every object is added', async () => {
  const { hasNamespace, objects } = await changes(toPlan(GOOD).manifests)
  expect(hasNamespace).toBe(false)
  expect(new Set(objects.map(({ change }) => change))).toEqual(new Set(['added']))
})

test('what the cluster would refuse is said of the object, beside all others', async () => {
  await stage.deploy(GOOD)
  const wrong = [
    configMap('wrong', { data: { a: 1 } }),
    { ...configMap('thing'), apiVersion: 'example.com/v1', kind: 'Thing' },
  ]
  const told = await text([...toPlan(GOOD).manifests, ...wrong])
  expect(told).toContain('refused ConfigMap/wrong\n  data.a is a number — expected text')
  expect(told).toContain('refused Thing/thing\n  the cluster has no example.com/v1/Thing\n')
  expect(told).toContain('2 refused, 7 unchanged')
})

test('an object that lost our label is not told as deleted, and much is told to need a flag', async () => {
  const foreign = { ...configMap('foreign'), metadata: { name: 'foreign', namespace: 'users' } }
  await stage.deploy(GOOD, { plan: { manifests: [...toPlan(GOOD).manifests, foreign] } })
  expect(await text(toPlan(GOOD).manifests)).toBe('7 unchanged\n')
  const { concern } = await changes(toPlan(GOOD).manifests.slice(0, 1))
  expect(concern).toBe('7 of 8 objects would be deleted')
})

test('what `kubectl apply` has set and nobody plans goes with the first deploy', async () => {
  await stage.deploy(GOOD)
  const live = stage.api.store.read(WEB)
  const annotations = {
    ...live.metadata.annotations,
    team: 'red',
    'kubectl.kubernetes.io/last-applied-configuration': '{"data":"hunter2"}',
  }
  const fieldsV1 = {
    'f:metadata': { 'f:annotations': { 'f:team': {} } },
    'f:spec': {
      'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"side"}': { '.': {} } } } },
    },
  }
  const spec = structuredClone(live['spec']) as {
    template: { spec: { containers: object[] } }
  }
  spec.template.spec.containers.push({ name: 'side', image: 'side:1' })
  stage.api.store.put(WEB, {
    ...live,
    spec,
    metadata: {
      ...live.metadata,
      annotations,
      managedFields: [
        ...(live.metadata.managedFields ?? []),
        {
          manager: 'kubectl-client-side-apply',
          operation: 'Update',
          apiVersion: 'apps/v1',
          fieldsType: 'FieldsV1',
          fieldsV1,
        },
      ],
    },
  })
  const told = await text(toPlan(GOOD).manifests)
  expect(told).toContain('-    team: red\n')
  expect(told).toContain('-          image: "side:1"\n')
  expect(told).not.toContain('hunter2')
})

test('a contract that is one line of JSON is compared field by field, and other long lines by their digest', async () => {
  const toData = (operation: string, blob: string): object => ({
    contract: JSON.stringify({ title: 'x'.repeat(1000), operations: ['getUser', operation] }),
    blob: blob.repeat(1200),
  })
  const map = configMap('kube-contract', { data: toData('putUser', 'a') })
  await stage.deploy(GOOD, { plan: { manifests: [...toPlan(GOOD).manifests, map] } })
  const next = configMap('kube-contract', { data: toData('postUser', 'b') })
  const told = await text([...toPlan(GOOD).manifests, next])
  expect(told).toContain('         "getUser",\n-        "putUser"\n+        "postUser"\n')
  expect(told).toMatch(/\n-  blob: "a{40}… \(1200 characters, sha256 [0-9a-f]{12}\)"\n/)
})

describe('a secret value', () => {
  test('is told by its length, and whether it is another one', async () => {
    await stage.deploy(GOOD)
    const path = '/api/v1/namespaces/users/secrets/mine'
    const secret = { ...configMap('mine'), kind: 'Secret' }
    const live = { same: 'c2VudGluZWw=', other: 'c2VudGluZWwtYQ==' }
    stage.api.store.put(path, { ...secret, data: live })
    const planned = { ...secret, data: { ...live, other: 'c2VudGluZWwtYg==' }, type: 'Opaque' }
    const told = await text([...toPlan(GOOD).manifests, planned])
    expect(told).toContain('-  other: "[redacted] 16 characters"\n')
    expect(told).toContain('+  other: "[redacted] 16 characters, another than before"\n')
    expect(told).toContain('   same: "[redacted] 12 characters"\n')
    expect(told).not.toContain('c2VudGluZWw')
  })

  test('in a variable, a ConfigMap or an address is not told either', async () => {
    await stage.deploy(GOOD)
    const data = { DB_PASSWORD: 'sentinel-1', PROXY: 'http://u:sentinel-2@proxy', PLAIN: 'shown' }
    const planned = structuredClone(toPlan(GOOD).manifests) as unknown as Stored[]
    const web = planned.find(({ kind }) => kind === 'Deployment')
    const { template } = (web?.['spec'] ?? expect.fail()) as {
      template: { spec: { containers: { env: object[] }[] } }
    }
    template.spec.containers[0]?.env.push({ name: 'API_TOKEN', value: 'sentinel-3' })
    const told = await text([...(planned as unknown as Manifest[]), configMap('c', { data })])
    expect(told).toContain('+  DB_PASSWORD: "[redacted] 10 characters"\n')
    expect(told).toContain('+              value: "[redacted] 10 characters"\n')
    expect(told).toContain('+  PLAIN: shown\n')
    expect(told).not.toContain('sentinel')
  })
})

test('what a terminal would obey is shown and not obeyed', async () => {
  await stage.deploy(GOOD)
  const told = await text([...toPlan(GOOD).manifests, configMap('c', { data: { a: '\u009b31m' } })])
  expect(told).toContain(String.raw`+  a: "\u009b31m"`)
})

describe('kube prod diff', () => {
  test('compares the revision of an image; --exit-code exits 6; the second time after its deploy 0', async () => {
    const repository = await openImageRepository(stage)
    try {
      const revision = 'a'.repeat(40)
      const words = ['prod', 'diff', revision, '--image', repository.putImage('one')]
      const first = await repository.kube(...words, '--exit-code')
      expect(first).toMatchObject({ exitCode: 6 })
      expect(first.stdout).toContain(
        'added Deployment/web\n--- /dev/null\n+++ deploy/Deployment/web\n',
      )
      expect(first.stderr).toContain('the namespace users is not there yet')
      expect(await repository.kube(...words)).toMatchObject({ exitCode: 0 })
      const { exitCode, stdout } = await repository.kube(...words, '--json')
      expect(exitCode).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({
        app: 'users',
        environment: 'production',
        revision,
        isDifferent: true,
        objects: expect.arrayContaining([
          expect.objectContaining({ change: 'added', kind: 'Service', name: 'web' }),
        ]) as unknown,
      })
      expect(stage.api.writes).toEqual([])
    } finally {
      await repository.close()
    }
  })
})
