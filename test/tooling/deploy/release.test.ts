import { afterEach, beforeEach, expect, test } from 'vitest'
import { toReleaseJob } from '../../../tooling/plan/manifests/release-job.ts'
import { inputOf } from '../manifests/cases.ts'
import { openStage, type Stage, toImage } from './stage.ts'

const IMAGE = toImage('600d')
const JOB = toReleaseJob({
  ...inputOf({ name: 'users', release: { command: ['node', 'migrate.js'] } }),
  variables: {},
})
const PATH = `/apis/batch/v1/namespaces/users/jobs/${JOB?.metadata.name ?? ''}`
const PLAN = JOB === undefined ? {} : { release: JOB }

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

/** Has the Job end so, as soon as it is looked at. */
function endsWith(type: string): void {
  stage.api.fault = ({ method, path }) => {
    const job = stage.api.store.objects.get(PATH)
    if (method === 'GET' && path === PATH && job !== undefined)
      stage.api.store.put(PATH, {
        ...job,
        status: { conditions: [{ type, status: 'True', message: 'it ended' }] },
      })
    return undefined
  }
}

test('the release command runs to its end before any pod is rolled', async () => {
  endsWith('Complete')
  const { exitCode, transcript } = await stage.deploy(IMAGE, { plan: PLAN })
  expect(exitCode).toBe(0)
  const { writes } = stage.api
  const rolled = writes.findIndex((write) => write.includes('/deployments/'))
  expect(writes.findIndex((write) => write.includes('/jobs/'))).toBeLessThan(rolled)
  expect(transcript).toContain('is done\nRoll\n')
})

test('when the release command fails no pod is rolled', async () => {
  await stage.deploy(toImage('1'))
  const before = stage.api.writes.length
  endsWith('Failed')
  const { exitCode, transcript } = await stage.deploy(IMAGE, {
    plan: PLAN,
    options: { isRollingBack: false },
  })
  expect(exitCode).toBe(5)
  expect(transcript).toContain(`RELEASE_FAILED  Job ${JOB?.metadata.name ?? ''}: it ended`)
  expect(stage.api.writes.slice(before).join('\n')).not.toContain('/deployments/')
})

test('RELEASE_FAILED is told with its evidence; what served before serves, and it exits 4', async () => {
  await stage.deploy(toImage('1'))
  endsWith('Failed')
  const { exitCode, transcript } = await stage.deploy(IMAGE, { plan: PLAN })
  await expect(transcript).toMatchFileSnapshot('golden/release_failed.txt')
  expect(exitCode).toBe(4)
})

test('a release that has ended before runs again', async () => {
  endsWith('Complete')
  await stage.deploy(IMAGE, { plan: PLAN })
  const before = stage.api.writes.length
  await stage.deploy(IMAGE, { plan: PLAN })
  expect(stage.api.writes.slice(before)).toEqual(
    expect.arrayContaining([`DELETE ${PATH}`, `PATCH ${PATH}`]),
  )
})

test('a release that no node has room for is given up on, not waited for till its deadline', async () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'r', namespace: 'users', labels: { 'job-name': JOB?.metadata.name ?? '' } },
    status: { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes' }] },
  }
  stage.api.store.put('/api/v1/namespaces/users/pods/r', pod)
  const { exitCode, transcript, seconds } = await stage.deploy(IMAGE, { plan: PLAN })
  expect(exitCode).toBe(5)
  expect(transcript).toContain('UNSCHEDULABLE  pod r: 0/1 nodes')
  expect(seconds).toBeLessThan(130)
})
