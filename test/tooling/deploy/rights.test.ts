import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ImageRepository, openImageRepository } from './image-repository.ts'
import { openStage, type Stage, toImage } from './stage.ts'

const REVISION = '3fa1c2e4'.repeat(5)

let stage: Stage
let repository: ImageRepository
beforeEach(async () => {
  stage = await openStage()
  repository = await openImageRepository(stage)
  await stage.deploy(toImage('600d'))
  stage.api.fault = ({ path }) =>
    /\/(?:leases|secrets)(?:\/|$)/.test(path) ? { kind: 'status', status: 403 } : undefined
})
afterEach(async () => {
  await repository.close()
  await stage.close()
})

test('a deploy without the rights to its lock and its Secret is refused with 3, before any change', async () => {
  const before = [...stage.api.writes]
  const image = repository.putImage('one')
  const { exitCode, stderr } = await repository.kube('prod', 'deploy', REVISION, '--image', image)
  expect(stderr).toContain('we may not create leases.coordination.k8s.io in users')
  expect(stderr).toContain('we may not get secrets in users')
  expect(exitCode).toBe(3)
  expect(stage.api.writes).toEqual(before)
})

test('a diff without the right to the Secret says what it cannot know', async () => {
  const image = repository.putImage('one')
  const { exitCode, stderr } = await repository.kube('prod', 'diff', REVISION, '--image', image)
  expect(stderr).toContain('warning: the Secret may not be read: whether its values have changed')
  expect(exitCode).toBe(0)
})
