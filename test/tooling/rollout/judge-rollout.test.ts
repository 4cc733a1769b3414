import { expect, test } from 'vitest'
import type { Finding } from '../../../tooling/plan/rollout/finding.ts'
import {
  judgeRollout,
  type RolloutSnapshot,
  type RolloutState,
} from '../../../tooling/plan/rollout/judge-rollout.ts'
import { type VerdictCode, VERDICTS } from '../../../tooling/plan/rollout/verdict-code.ts'
import { CASES, ended } from './cases.ts'
import { TARGET, toPod, toPodOf, toReplicaSet, toSnapshot, waitingFor } from './snapshots.ts'

const DONE = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 }
const READY = toPodOf({ ready: true, started: true, state: { running: {} } })

function judge(snapshot: RolloutSnapshot, secondsLater = 0): RolloutState {
  const first = judgeRollout(snapshot, TARGET, { nowMs: 0, firstSeen: new Map() })
  if (secondsLater === 0) return first
  return judgeRollout(snapshot, TARGET, { nowMs: secondsLater * 1000, firstSeen: first.firstSeen })
}

test.for(CASES)('$what is $code', ({ code, pod, events = [], failsAfterSeconds, says }) => {
  const snapshot = toSnapshot(pod, { events })
  const certaintyAfter = (seconds: number): Finding['certainty'] | undefined =>
    judge(snapshot, seconds).findings.find((finding) => finding.code === code)?.certainty
  const { findings } = judge(snapshot)
  expect(findings.map((finding) => finding.code)).toEqual([code])
  expect(findings[0]?.message).toContain(says ?? '')
  expect(findings[0]?.suggestion).toBeTruthy()
  if (failsAfterSeconds === undefined) {
    expect(certaintyAfter(3600)).toBe('waiting')
    expect(judge(snapshot, 3600).kind).toBe('progressing')
    return
  }
  expect(certaintyAfter(failsAfterSeconds)).toBe('failed')
  expect(judge(snapshot, failsAfterSeconds).kind).toBe('failed')
  if (failsAfterSeconds > 0) expect(certaintyAfter(failsAfterSeconds - 1)).toBe('worrying')
})

const REFUSALS: readonly (readonly [message: string, code: VerdictCode])[] = [
  ['pods "web-x" is forbidden: exceeded quota: compute, requested: cpu=100m', 'QUOTA'],
  ['pods "web-x" is forbidden: violates PodSecurity "restricted:latest": privileged', 'ADMISSION'],
  ['admission webhook "policy.example" denied the request: no owner label', 'ADMISSION'],
]

test.for(REFUSALS)('a ReplicaSet that says %j is %s at once', ([message, code]) => {
  const state = judge({ ...toSnapshot(READY), replicaSets: [toReplicaSet('2', message)], pods: [] })
  expect(state).toMatchObject({ kind: 'failed', findings: [{ code, message }] })
})

test('a webhook that does not answer may come back', () => {
  const message = 'Internal error occurred: failed calling webhook: context deadline exceeded'
  const snapshot = { ...toSnapshot(READY), replicaSets: [toReplicaSet('2', message)], pods: [] }
  expect(judge(snapshot, 59).kind).toBe('progressing')
  expect(judge(snapshot, 60)).toMatchObject({ kind: 'failed', findings: [{ code: 'ADMISSION' }] })
})

test('every code of a rollout has a row here; the others are of the deploy around it', () => {
  const rows = new Set([...CASES.map(({ code }) => code), ...REFUSALS.map(([, code]) => code)])
  const missing = Object.keys(VERDICTS).filter((code) => !rows.has(code as VerdictCode))
  expect(missing).toEqual(['RELEASE_FAILED', 'SUPERSEDED', 'REGRESSION', 'DEADLINE'])
})

test('a rollout has succeeded when the new pods are all there, ready, and the old ones gone', () => {
  expect(judge(toSnapshot(READY, { status: DONE })).kind).toBe('succeeded')
})

const NOT_YET: readonly (readonly [what: string, status: object])[] = [
  ['an old pod still counts', { ...DONE, replicas: 3 }],
  ['a pod is not updated', { ...DONE, updatedReplicas: 1, replicas: 1 }],
  ['a pod is not ready', { ...DONE, readyReplicas: 1 }],
  ['a pod is not ready for long enough', { ...DONE, availableReplicas: 1 }],
  ['the controller has not seen the change', { ...DONE, observedGeneration: 1 }],
]

test.for(NOT_YET)('a rollout has not succeeded while %s', ([, status]) => {
  expect(judge(toSnapshot(READY, { status })).kind).toBe('progressing')
})

test('what happens to pods of an earlier revision is no fault of this one', () => {
  const old = waitingFor('CrashLoopBackOff', '', { restartCount: 9, ...ended({ exitCode: 1 }) })
  const pod = { ...old, metadata: { ...toPod({}, '1').metadata } }
  expect(judge(toSnapshot(pod))).toMatchObject({ kind: 'progressing', findings: [] })
})

test('a kubelet that has not yet seen a Secret is waited for', () => {
  const message = 'failed to sync secret cache: timed out waiting for the condition'
  expect(judge(toSnapshot(waitingFor('CreateContainerConfigError', message))).findings).toEqual([])
})

test('a pod that starts is waited for', () => {
  const pods = [
    waitingFor('ContainerCreating'),
    toPodOf({ ready: false, started: false, state: { running: {} } }),
    toPodOf({ restartCount: 1, ready: true, state: { running: {} }, ...ended({ exitCode: 1 }) }),
  ]
  for (const pod of pods) expect(judge(toSnapshot(pod), 3600).findings).toEqual([])
})

test('a pod that is being deleted says nothing more', () => {
  const crashing = waitingFor('CrashLoopBackOff', '', {
    restartCount: 3,
    ...ended({ exitCode: 1 }),
  })
  const metadata = { ...crashing.metadata, deletionTimestamp: '2026-01-02T03:04:05Z' }
  expect(judge(toSnapshot({ ...crashing, metadata })).findings).toEqual([])
})

test('no progress within the deadline of the Deployment is DEADLINE, once it has seen the change', () => {
  const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }]
  expect(judge(toSnapshot(READY, { status: { conditions } }))).toMatchObject({
    kind: 'failed',
    findings: [{ code: 'DEADLINE' }],
  })
  expect(judge(toSnapshot(READY, { status: { conditions }, generation: 3 })).kind).toBe(
    'progressing',
  )
})

test('another image in the Deployment is SUPERSEDED; another number of pods is not', () => {
  expect(judge(toSnapshot(READY, { image: 'r/billing@sha256:3', status: DONE }))).toMatchObject({
    kind: 'superseded',
    findings: [{ code: 'SUPERSEDED' }],
  })
  expect(
    judge(toSnapshot(READY, { generation: 9, status: { ...DONE, observedGeneration: 9 } })).kind,
  ).toBe('succeeded')
})
