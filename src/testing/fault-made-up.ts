import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'

/** An answer that the target never gave, or none. */
export type MadeUpFault =
  /** Reads, and never answers. */
  | { readonly kind: 'hang' }
  /** Answers every request with a status. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly retryAfterSeconds?: number
      readonly body?: string
    }
  /** A small gzip body that unpacks to `bodyBytes` of spaces. */
  | { readonly kind: 'gzip-bomb'; readonly bodyBytes: number }
  /** A body that never ends, as fast as the client takes it. */
  | { readonly kind: 'endless' }

/** Answers a connection without asking anybody. Each answer closes it. */
export function sendMadeUp(client: Socket, fault: MadeUpFault): void {
  client.on('error', () => client.destroy())
  client.on('end', () => client.end())
  if (fault.kind === 'hang') client.resume()
  else onRequestHead(client, () => answer(client, fault))
}

/** Calls back once the head of the first request is there; its body is read and thrown away. */
function onRequestHead(client: Socket, then: () => void): void {
  let head = ''
  const read = (part: Buffer): void => {
    head += part.toString('latin1')
    if (!head.includes('\r\n\r\n')) return
    client.off('data', read)
    client.resume()
    then()
  }
  client.on('data', read)
}

function answer(client: Socket, fault: Exclude<MadeUpFault, { kind: 'hang' }>): void {
  switch (fault.kind) {
    case 'status': {
      const { status, retryAfterSeconds, body = `fault ${status}\n` } = fault
      const retry = retryAfterSeconds === undefined ? {} : { 'retry-after': retryAfterSeconds }
      client.write(toHead(status, { ...retry, 'content-length': Buffer.byteLength(body) }))
      client.end(body)
      return
    }
    case 'gzip-bomb': {
      const body = toBomb(fault.bodyBytes)
      client.write(
        toHead(200, {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'content-length': body.byteLength,
        }),
      )
      client.end(body)
      return
    }
    case 'endless':
      client.write(toHead(200, { 'content-type': 'application/json' }))
      pour(client)
  }
}

function toHead(status: number, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ ...headers, connection: 'close' })
  return `HTTP/1.1 ${status} fault\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

const MEBIBYTE = Buffer.alloc(2 ** 20, ' ')

/** gzip streams may be joined, and unpack to the parts one after the other: one packed MiB, many times. */
function toBomb(bodyBytes: number): Buffer {
  const packed = gzipSync(MEBIBYTE)
  const whole = Math.floor(bodyBytes / MEBIBYTE.byteLength)
  const rest = gzipSync(MEBIBYTE.subarray(0, bodyBytes % MEBIBYTE.byteLength))
  return Buffer.concat([...Array.from({ length: whole }, () => packed), rest])
}

function pour(client: Socket): void {
  while (client.writable) {
    if (!client.write(MEBIBYTE.subarray(0, 65_536))) {
      client.once('drain', () => pour(client))
      return
    }
  }
}
