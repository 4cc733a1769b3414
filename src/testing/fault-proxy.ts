import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { sendMadeUp, type MadeUpFault } from './fault-made-up.ts'
import { passOn, type StreamFault } from './fault-stream.ts'

/** What a fault proxy does to a connection, instead of passing it on whole. */
export type ProxyFault =
  /** The port is closed. */
  { readonly kind: 'refuse' } | StreamFault | MadeUpFault

/** The name of a fault with the figures one mostly wants. */
export type ProxyFaultName =
  | 'refuse'
  | 'hang'
  | 'delay'
  | 'reset'
  | 'drip'
  | 'truncate'
  | 'duplicate-headers'
  | '500'
  | '503'
  | '429'
  | 'gzip-bomb'
  | 'endless'

/** The named faults. */
export const PROXY_FAULTS: Readonly<Record<ProxyFaultName, ProxyFault>> = {
  refuse: { kind: 'refuse' },
  hang: { kind: 'hang' },
  delay: { kind: 'delay', delayMs: 1000 },
  reset: { kind: 'reset', afterBytes: 64 },
  drip: { kind: 'drip', stepBytes: 1, stepMs: 50 },
  truncate: { kind: 'truncate', afterBytes: 128 },
  'duplicate-headers': { kind: 'duplicate-headers' },
  '500': { kind: 'status', status: 500 },
  '503': { kind: 'status', status: 503 },
  '429': { kind: 'status', status: 429, retryAfterSeconds: 60 },
  'gzip-bomb': { kind: 'gzip-bomb', bodyBytes: 300 * 2 ** 20 },
  endless: { kind: 'endless' },
}

/** One fault for all, or a choice for each connection, counted from 0; `undefined` leaves a connection alone. */
export type ProxyFaultChoice =
  | ProxyFault
  | ProxyFaultName
  | ((connection: number) => Exclude<ProxyFault, { kind: 'refuse' }> | undefined)

/** What `openFaultProxy` takes. */
export interface FaultProxyOptions {
  /** URL of what stands behind, anything on TCP: `http://127.0.0.1:8080`, `redis://localhost:6379`. It must name a port. */
  readonly target: string
  /** The fault to begin with; without one, bytes pass both ways untouched. */
  readonly fault?: ProxyFaultChoice
}

/** A proxy on this machine that fails as networks do. */
export interface FaultProxy {
  /** The target's URL with the proxy's address in it, for the client under test. */
  readonly url: string
  readonly port: number
  /** Connections accepted so far. */
  readonly connections: number
  /**
   * Changes what connections meet from now on; `undefined` heals. Open ones are broken off, so that
   * those a client keeps meet the change too.
   */
  readonly setFault: (fault: ProxyFaultChoice | undefined) => Promise<void>
  /** Ends every connection, hanging ones too. */
  readonly close: () => Promise<void>
}

/**
 * Opens a proxy on an ephemeral port of 127.0.0.1 in front of anything that speaks TCP; the caller
 * closes it. Faults that make up an answer (a status, a bomb, an endless body) speak HTTP/1.1.
 */
export async function openFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const target = new URL(options.target)
  if (target.port === '') throw new Error(`target ${options.target} names no port`)
  const sockets = new Set<Socket>()
  let fault = options.fault
  let connections = 0
  const server = createServer({ allowHalfOpen: true }, (client) => {
    serve(client, toFault(fault, connections))
    connections += 1
  })
  const port = await listen(server, 0)

  function serve(client: Socket, chosen: ProxyFault | undefined): void {
    track(client)
    if (chosen !== undefined && isMadeUp(chosen)) return sendMadeUp(client, chosen)
    const upstream = connect({
      host: target.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(target.port),
      allowHalfOpen: true,
    })
    track(upstream)
    passOn(client, upstream, chosen as StreamFault | undefined)
  }

  function track(socket: Socket): void {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }

  async function setFault(next: ProxyFaultChoice | undefined): Promise<void> {
    fault = next
    for (const socket of sockets) socket.destroy()
    if (isRefusing(next)) await stop(server)
    else if (!server.listening) await listen(server, port)
  }
  if (isRefusing(fault)) await stop(server)

  return {
    url: toProxyUrl(target, port),
    port,
    setFault,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return stop(server)
    },
    get connections() {
      return connections
    },
  }
}

const MADE_UP = ['hang', 'status', 'gzip-bomb', 'endless'] satisfies MadeUpFault['kind'][]

function isMadeUp(fault: ProxyFault): fault is MadeUpFault {
  return (MADE_UP as readonly string[]).includes(fault.kind)
}

function toFault(choice: ProxyFaultChoice | undefined, connection: number): ProxyFault | undefined {
  if (typeof choice === 'function') return choice(connection)
  return typeof choice === 'string' ? PROXY_FAULTS[choice] : choice
}

function isRefusing(choice: ProxyFaultChoice | undefined): boolean {
  return typeof choice !== 'function' && toFault(choice, 0)?.kind === 'refuse'
}

function toProxyUrl(target: URL, port: number): string {
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return url.href.replace(/\/$/, '')
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  server.close()
  await once(server, 'close')
}
