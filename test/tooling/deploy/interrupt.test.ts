import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ApiCall } from '../../fakes/kubernetes/api-server.ts'
import { type ImageRepository, openImageRepository } from './image-repository.ts'
import { openStage, type Stage } from './stage.ts'

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/users/leases/kube-deploy'
const REVISION = '3fa1c2e4'.repeat(5)

let stage: Stage
let repository: ImageRepository
beforeEach(async () => {
  const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  const exceptions = [{ rule: 'ci-deploys', reason: 'deployed by a test', owner: 'ann', until }]
  stage = await openStage()
  repository = await openImageRepository(stage, { settings: { exceptions } })
})
afterEach(async () => {
  await repository.close()
  await stage.close()
})

/** Has the server put off each write that is meant; Ctrl-C is pressed while the first is waited for. */
function putOff(isMeant: (call: ApiCall) => boolean): void {
  let isPressed = false
  stage.api.fault = (call) => {
    if (call.method === 'GET' || call.query.has('dryRun') || !isMeant(call)) return undefined
    if (!isPressed) setTimeout(() => process.emit('SIGINT', 'SIGINT'), 200)
    isPressed = true
    return { kind: 'status', status: 429, retryAfterSeconds: 20 }
  }
}

test('Ctrl-C ends a deploy at once that waits to write', async () => {
  putOff(() => true)
  const startMs = Date.now()
  const image = repository.putImage('one')
  const { exitCode, stderr } = await repository.kube('prod', 'deploy', REVISION, '--image', image)
  expect(stderr).toContain('interrupted: the same command goes on from here\n')
  expect(exitCode).toBe(130)
  expect(Date.now() - startMs).toBeLessThan(12_000)
})

test('Ctrl-C gives the lock back and records the deploy, though a write is waited for', async () => {
  putOff(({ path }) => path.includes('/deployments/'))
  const startMs = Date.now()
  const image = repository.putImage('one')
  const { exitCode } = await repository.kube('prod', 'deploy', REVISION, '--image', image)
  expect(exitCode).toBe(130)
  expect(Date.now() - startMs).toBeLessThan(12_000)
  expect(stage.api.store.read(LEASE)).toMatchObject({ spec: { holderIdentity: '' } })
  const { stdout } = await repository.kube('prod', 'history')
  expect(stdout).toMatch(/^0 .* interrupted /m)
})
