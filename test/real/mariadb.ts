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

/** A MariaDB of this test's own. */
export interface Mariadb {
  readonly port: number
  /** `mysql://root@127.0.0.1:…/test`; no password. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** The first byte of the handshake that the server opens with, after its 4-byte head. */
const PROTOCOL_VERSION = 10

/** Starts MariaDB on a free port with an empty database, or resolves `undefined` where it is not installed. */
export async function startMariadb(): Promise<Mariadb | undefined> {
  const command = findBinary('mariadbd')
  const install = findBinary('mariadb-install-db')
  if (command === undefined || install === undefined) return undefined
  const account = findAccount('mysql')
  const folder = makeDataFolder('mariadb', account)
  const data = `--datadir=${join(folder, 'data')}`
  await runToEnd(
    install,
    ['--no-defaults', data, '--auth-root-authentication-method=normal'],
    account,
  )
  const port = await findFreePort()
  const server = await startServer({
    command,
    folder,
    args: [
      '--no-defaults',
      data,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--skip-name-resolve',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=16M',
    ],
    account,
    isReady: async () => (await exchangeBytes(port))[4] === PROTOCOL_VERSION,
  })
  return {
    port,
    url: `mysql://root@127.0.0.1:${port}/test`,
    close: server.close,
  }
}
