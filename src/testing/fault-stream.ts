import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What becomes of the bytes of a real answer on their way to the client. */
export type StreamFault =
  /** Every part comes late. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Breaks the connection (TCP RST) once `afterBytes` bytes were passed on; 0 is as soon as the target answers. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** Ends the connection in order once `afterBytes` bytes were passed on. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** Passes on `stepBytes` bytes every `stepMs`. */
  | { readonly kind: 'drip'; readonly stepBytes: number; readonly stepMs: number }
  /** Repeats every header of the connection's first HTTP answer. */
  | { readonly kind: 'duplicate-headers' }

type Parts = AsyncIterable<Buffer>

/** Joins a client's connection to the target's, with a fault on the way back. A side that breaks breaks the other. */
export function passOn(client: Socket, target: Socket, fault: StreamFault | undefined): void {
  breakTogether(client, target)
  breakTogether(target, client)
  client.pipe(target)
  if (fault === undefined) target.pipe(client)
  else void passBack(target, client, fault)
}

function breakTogether(socket: Socket, other: Socket): void {
  socket.setNoDelay(true)
  socket.on('error', () => other.resetAndDestroy())
  socket.on('close', () => other.destroySoon())
}

async function passBack(target: Socket, client: Socket, fault: StreamFault): Promise<void> {
  try {
    // The target is kept until the fault is done: its end would end the client in order first.
    const parts = target.iterator({ destroyOnReturn: false })
    for await (const part of toParts(parts, fault)) {
      if (!client.write(part)) await once(client, 'drain')
    }
    if (fault.kind === 'reset') await breakOff(client)
    else client.end()
  } catch {
    // One of the two has gone; its events take the other down.
    client.destroy()
  }
}

/** The client's system drops what it has not read yet when a reset arrives: it gets a moment to read. */
async function breakOff(client: Socket): Promise<void> {
  await delay(20)
  client.resetAndDestroy()
}

function toParts(target: Parts, fault: StreamFault): Parts {
  switch (fault.kind) {
    case 'delay':
      return late(target, fault.delayMs)
    case 'reset':
    case 'truncate':
      return firstBytes(target, fault.afterBytes)
    case 'drip':
      return inSteps(target, fault.stepBytes, fault.stepMs)
    case 'duplicate-headers':
      return withDoubledHeaders(target)
  }
}

async function* late(parts: Parts, delayMs: number): Parts {
  for await (const part of parts) {
    await delay(delayMs)
    yield part
  }
}

async function* firstBytes(parts: Parts, count: number): Parts {
  let leftBytes = count
  for await (const part of parts) {
    if (leftBytes > 0) yield part.subarray(0, leftBytes)
    leftBytes -= part.byteLength
    if (leftBytes <= 0) return
  }
}

async function* inSteps(parts: Parts, stepBytes: number, stepMs: number): Parts {
  for await (const part of parts) {
    for (let at = 0; at < part.byteLength; at += stepBytes) {
      yield part.subarray(at, at + stepBytes)
      await delay(stepMs)
    }
  }
}

const HEAD_END = '\r\n\r\n'

async function* withDoubledHeaders(parts: Parts): Parts {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const part of parts) {
    if (head === undefined) {
      yield part
      continue
    }
    head = Buffer.concat([head, part])
    const end = head.indexOf(HEAD_END)
    if (end === -1) continue
    const [status = '', ...headers] = head.toString('latin1', 0, end).split('\r\n')
    yield Buffer.from([status, ...headers, ...headers].join('\r\n'), 'latin1')
    yield head.subarray(end)
    head = undefined
  }
  if (head !== undefined) yield head
}
