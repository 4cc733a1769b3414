import { join } from 'node:path'
import { findBinary } from './binary.ts'
import { exchangeBytes } from './exchange.ts'
import {
  findAccount,
  findFreePort,
  makeDataFolder,
  runToEnd,
  startServer,
} from './server-process.ts'

/** A PostgreSQL of this test's own. */
export interface Postgres {
  readonly port: number
  /** `postgres://postgres@127.0.0.1:…/postgres`; no password. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** Starts PostgreSQL on a free port with an empty database, or resolves `undefined` where it is not installed. */
export async function startPostgres(): Promise<Postgres | undefined> {
  const command = findBinary('postgres')
  const initdb = findBinary('initdb')
  if (command === undefined || initdb === undefined) return undefined
  const account = findAccount('postgres')
  const folder = makeDataFolder('postgres', account)
  const data = join(folder, 'data')
  await runToEnd(
    initdb,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'],
    account,
  )
  const port = await findFreePort()
  const server = await startServer({
    command,
    folder,
    args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'],
    account,
    isReady: async () =>
      (await exchangeBytes(port, startupMessage())).toString('latin1', 0, 1) === 'R',
    // SIGKILL would leave its shared memory behind; SIGQUIT is its immediate shutdown.
    stopSignal: 'SIGQUIT',
  })
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    close: server.close,
  }
}

/** StartupMessage, protocol 3.0; answered `R` (authentication) once the database takes clients. */
function startupMessage(): Buffer {
  const parameters = Buffer.from('user\0postgres\0database\0postgres\0\0')
  const head = Buffer.alloc(8)
  head.writeInt32BE(head.length + parameters.length, 0)
  head.writeInt32BE(0x3_0000, 4)
  return Buffer.concat([head, parameters])
}
