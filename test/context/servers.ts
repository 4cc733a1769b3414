import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const TLS = join(import.meta.dirname, '..', 'fixtures', 'tls')

/** A certificate of localhost that nobody else trusts, and its key. */
export const CERTIFICATE: string = readFileSync(join(TLS, 'localhost.cert.pem'), 'utf8')
/** The key of `CERTIFICATE`. */
export const KEY: string = readFileSync(join(TLS, 'localhost.key.pem'), 'utf8')

/** Serves on an ephemeral port of loopback to the end of the running test; gives the port. */
export async function listen(server: NetServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    if ('closeAllConnections' in server) (server as Server).closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Serves over plain HTTP; gives the origin. */
export async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}`
}

/** Serves over TLS; gives the origin. */
export async function serveTls(listener: RequestListener): Promise<string> {
  const server = createHttpsServer({ cert: CERTIFICATE, key: KEY }, listener)
  return `https://127.0.0.1:${await listen(server)}`
}
