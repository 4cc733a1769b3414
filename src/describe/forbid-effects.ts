/**
 * Loaded before anything else in the process that reads a declaration: from then on nothing of it can
 * listen, connect or resolve a name. Node's permission model forbids the rest: files written,
 * processes, workers, addons.
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

forbid(net.Socket.prototype, 'connect', 'opens a connection')
forbid(net.Server.prototype, 'listen', 'listens on a port')
forbid(dgram, 'createSocket', 'opens a UDP socket')
forbid(dgram.Socket.prototype, 'bind', 'opens a UDP socket')
forbid(dgram.Socket.prototype, 'send', 'sends a datagram')
forbid(dgram.Socket.prototype, 'connect', 'opens a UDP socket')
for (const resolver of [dns, dns.promises]) {
  for (const name of Object.keys(resolver)) {
    if (/^(?:lookup|resolve|reverse)/.test(name)) forbid(resolver, name, 'resolves a name')
  }
}
syncBuiltinESMExports()

function forbid(owner: object, name: string, what: string): void {
  const refuse = (): never => {
    throw new Error(`it ${what} while it is only read`)
  }
  Object.defineProperty(owner, name, { value: refuse, writable: false, configurable: false })
}
