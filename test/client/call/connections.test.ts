import { expect, onTestFinished, test } from 'vitest'
import { openPods, type Pods } from '../../../bench/resilience/fault-pods.ts'
import { openServicex } from '../../../bench/resilience/systems/servicex.ts'

const CALLS = 80

test('an address that may stand for many pods has four connections, and each is used', async () => {
  const pods = await openWell(1)
  const requests = await callInARow(pods)
  expect(requests.length).toBeGreaterThanOrEqual(4)
  expect(requests.length).toBeLessThanOrEqual(8)
})

test('a pod of several has as few connections as do', async () => {
  const requests = await callInARow(await openWell(3))
  // A connection is free for the next call shortly after its reply: a pod may have a second one.
  expect(requests.length).toBeLessThanOrEqual(6)
  expect(requests.reduce((total, count) => total + count, 0)).toBe(CALLS)
})

async function openWell(count: number): Promise<Pods> {
  const pods = await openPods(count)
  onTestFinished(() => pods.close())
  return pods
}

/** Makes one call after the other; gives how many requests came over each connection. */
async function callInARow(pods: Pods): Promise<readonly number[]> {
  const bySocket = new Map<unknown, number>()
  for (const pod of pods.all) {
    pod.onRequest = ({ socket }) => void bySocket.set(socket, (bySocket.get(socket) ?? 0) + 1)
  }
  const caller = openServicex(pods)
  for (let call = 0; call < CALLS; call += 1) expect(await caller.get()).toMatchObject({ ok: true })
  return [...bySocket.values()]
}
