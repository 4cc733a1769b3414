import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toManifestYaml } from '../../../tooling/report/manifest-yaml.ts'
import type { Manifest } from '../../../tooling/plan/manifests/manifest.ts'
import type { Stored } from '../../fakes/kubernetes/store.ts'
import { findKubectl } from '../../real/kubectl.ts'
import { openStage, type Stage, toImage, toPlan } from '../deploy/stage.ts'

const run = promisify(execFile)
const kubectlFound = await findKubectl()
const note = 'problem' in kubectlFound ? ` (skipped: ${kubectlFound.problem})` : ''

const IMAGE = toImage('600d')

/** What a call of kubectl came to. */
interface KubectlRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

describe.skipIf(note !== '')(`a real kubectl and the fake API server${note}`, () => {
  let home = ''
  let stage: Stage
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'servicex-kubectl-'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))
  beforeEach(async () => {
    stage = await openStage()
  })
  afterEach(() => stage.close())

  async function kubectl(...words: readonly string[]): Promise<KubectlRun> {
    const path = 'path' in kubectlFound ? kubectlFound.path : ''
    const all = ['--server', stage.api.url, '--cache-dir', join(home, 'cache'), ...words]
    try {
      const done = await run(path, all, { env: { HOME: home, PATH: process.env['PATH'] } })
      return { exitCode: 0, ...done }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { exitCode: code, stdout, stderr }
    }
  }

  function write(...manifests: readonly Manifest[]): string {
    const path = join(home, 'objects.yaml')
    writeFileSync(path, manifests.map(toManifestYaml).join('---\n'))
    return path
  }

  test('get lists what a deploy has made, by its kinds', async () => {
    await stage.deploy(IMAGE)
    const { stdout } = await kubectl('get', 'deployments,services', '-n', 'users', '-o', 'name')
    expect(stdout.trim().split('\n')).toEqual([
      'deployment.apps/web',
      'service/web',
      'service/web-pods',
    ])
    const path = 'jsonpath={.spec.template.spec.containers[0].image}'
    expect(await kubectl('get', 'deployment', 'web', '-n', 'users', '-o', path)).toMatchObject({
      stdout: IMAGE,
    })
    expect(await kubectl('get', 'deployment', 'wbe', '-n', 'users')).toMatchObject({ exitCode: 1 })
  })

  test('logs are those of the pod', async () => {
    await stage.deploy(IMAGE)
    stage.api.rollouts.scripts.set(IMAGE, { isReady: () => true, log: 'up\n' })
    expect(await kubectl('logs', 'web-1-x', '-n', 'users')).toMatchObject({ stdout: 'up\n' })
  })

  test('of what a deploy has applied, diff and a server-side apply as kube change nothing', async () => {
    await stage.deploy(IMAGE)
    const file = write(...toPlan(IMAGE).manifests)
    const words = ['--server-side', '--field-manager', 'kube', '--force-conflicts', '-f', file]
    expect(await kubectl('diff', ...words)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    const before = snapshotOf(stage)
    const applied = await kubectl('apply', '--validate=false', ...words)
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' })
    expect(applied.stdout).toContain('deployment.apps/web serverside-applied')
    expect(snapshotOf(stage)).toEqual(before)
  })

  test('what kubectl has changed is in the diff, and a deploy brings it back', async () => {
    await stage.deploy(IMAGE)
    const file = write(...toPlan(toImage('2')).manifests)
    const words = ['--server-side', '--force-conflicts', '-f', file]
    const diff = await kubectl('diff', ...words)
    expect(diff).toMatchObject({ exitCode: 1 })
    expect(diff.stdout).toContain(`+        image: ${toImage('2')}`)
    expect(await kubectl('apply', '--validate=false', ...words)).toMatchObject({ exitCode: 0 })
    expect((await stage.deploy(IMAGE)).exitCode).toBe(0)
    const path = 'jsonpath={.spec.template.spec.containers[0].image}'
    expect((await kubectl('get', 'deployment', 'web', '-n', 'users', '-o', path)).stdout).toBe(
      IMAGE,
    )
  })

  test('who applies over what kube manages without force is told of the conflict', async () => {
    await stage.deploy(IMAGE)
    const file = write(
      ...toPlan(toImage('2')).manifests.filter(({ kind }) => kind === 'Deployment'),
    )
    const words = ['--server-side', '--validate=false', '-f', file]
    const refused = await kubectl('apply', ...words)
    expect(refused).toMatchObject({ exitCode: 1 })
    expect(refused.stderr).toContain('conflict with "kube"')
  })

  test('the first deploy over objects of `kubectl apply` leaves none of their fields behind', async () => {
    const metadata = { name: 'web', namespace: 'users', annotations: { old: 'field' } }
    const file = write(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'users' } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { sessionAffinity: 'ClientIP', ports: [{ name: 'old', port: 81, protocol: 'TCP' }] },
      },
    )
    const made = await kubectl('apply', '--validate=false', '-f', file)
    expect(made.stdout).toBe('namespace/users created\nservice/web created\n')
    const { transcript } = await stage.deploy(IMAGE)
    expect(transcript).toContain('took Service/web over from kubectl apply')
    const planned = toPlan(IMAGE).manifests.find(isService)
    const live = stage.api.store.read('/api/v1/namespaces/users/services/web')
    expect({ annotations: live.metadata.annotations, spec: live['spec'] }).toEqual({
      annotations: planned?.metadata.annotations,
      spec: planned?.['spec'],
    })
    expect(managersOf(live)).toEqual(['kube'])
  })
})

function isService({ kind, metadata }: Manifest): boolean {
  return kind === 'Service' && metadata.name === 'web'
}

function managersOf({ metadata }: Stored): string[] {
  return (metadata.managedFields ?? []).map(({ manager }) => manager)
}

/** Every object of the app, as it is stored, but for what every deploy writes. */
function snapshotOf({ api }: Stage): Record<string, unknown> {
  const entries = [...api.store.objects].filter(([path]) => !/pods|replicasets/.test(path))
  return structuredClone(Object.fromEntries(entries))
}
