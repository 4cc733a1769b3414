/**
 * Pods in a process of their own: what they hold in memory is not the caller's. Run as a program, it opens
 * a pod for each fault that it is told, and prints their ports.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { FAULTS, Pod, type Pods } from './fault-pods.ts'

const ADDRESS = '127.0.0.1'

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS

/** Opens one pod for each fault, in another process; the first that is closed ends it. */
export async function openPodsApart(faults: readonly FaultName[]): Promise<readonly Pods[]> {
  const child: ChildProcess = spawn(process.execPath, [import.meta.filename, ...faults], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.stdout === null) throw new Error('the pods say nothing')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return (JSON.parse(line) as readonly number[]).map((port) => ({
    all: [],
    port,
    addresses: [ADDRESS],
    ttlSeconds: 30,
    isNamed: true,
    lookups: 0,
    close: () => Promise.resolve(void child.kill()),
  }))
}

if (import.meta.main) {
  const ports: number[] = []
  for (const name of process.argv.slice(2)) {
    const pod = new Pod(ADDRESS)
    pod.fault = FAULTS[name as FaultName]
    ports.push(await pod.listen(0))
  }
  console.log(JSON.stringify(ports))
}
