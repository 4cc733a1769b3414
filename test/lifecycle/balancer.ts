import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { passOn } from '../../src/testing/fault-stream.ts'

/** A process behind the balancer. */
export interface Backend {
  readonly port: number
  readonly adminUrl: string
}

/** A balancer of connections, as Kubernetes' Services are: a connection stays where it began. */
export interface Balancer {
  readonly port: number
  /** Adds a backend; resolves when it has been seen ready. */
  add(backend: Backend): Promise<void>
  remove(backend: Backend): void
  close(): Promise<void>
}

/** How often a balancer asks who is ready, and how long it goes on sending to one that is no more. */
export interface BalancerOptions {
  readonly pollMs: number
  /** Removed endpoints take time to reach every node of a cluster. */
  readonly lagMs: number
}

/** Opens a balancer on a free port. The caller closes it. */
export async function openBalancer({ pollMs, lagMs }: BalancerOptions): Promise<Balancer> {
  const ready = new Map<Backend, boolean>()
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const able = [...ready].filter(([, isReady]) => isReady).map(([backend]) => backend)
    const backend = able[(turn += 1) % Math.max(1, able.length)]
    if (backend === undefined) return void client.resetAndDestroy()
    const target = connect({ port: backend.port, host: '127.0.0.1', allowHalfOpen: true })
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    passOn(client, target, undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const poll = async (): Promise<void> => {
    await Promise.all(
      [...ready.keys()].map(async (backend) => {
        const isReady = await readReady(backend)
        if (isReady) setReady(backend, true)
        else setTimeout(() => setReady(backend, false), lagMs)
      }),
    )
  }
  const setReady = (backend: Backend, isReady: boolean): void => {
    if (ready.has(backend)) ready.set(backend, isReady)
  }
  const timer = setInterval(() => void poll(), pollMs)
  return {
    port: (server.address() as AddressInfo).port,
    add: async (backend) => {
      ready.set(backend, false)
      while (ready.get(backend) === false) await poll()
    },
    remove: (backend) => void ready.delete(backend),
    close: async () => {
      clearInterval(timer)
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

async function readReady({ adminUrl }: Backend): Promise<boolean> {
  try {
    const response = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(1000) })
    await response.text()
    return response.ok
  } catch {
    return false
  }
}
