import { findBinary } from './binary.ts'
import { exchangeBytes } from './exchange.ts'
import { findFreePort, makeDataFolder, startServer } from './server-process.ts'

/** A Redis of this test's own. */
export interface Redis {
  readonly port: number
  /** `redis://127.0.0.1:…`. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** Starts Redis on a free port with nothing in it, or resolves `undefined` where it is not installed. */
export async function startRedis(): Promise<Redis | undefined> {
  const command = findBinary('redis-server')
  if (command === undefined) return undefined
  const folder = makeDataFolder('redis')
  const port = await findFreePort()
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
  }
  const server = await startServer({
    command,
    folder,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    isReady: async () =>
      (await exchangeBytes(port, Buffer.from('PING\r\n'))).toString() === '+PONG\r\n',
  })
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    close: server.close,
  }
}
