import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { openTestDashboard, type TestDashboard } from './dashboard-fixture.ts'
import { waitUntil } from './kube-dev.ts'

const HEAD =
  'POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n'

let dashboard: TestDashboard
const sockets: Socket[] = []
const timers: NodeJS.Timeout[] = []

async function open(connections: number): Promise<void> {
  const limits = { connections, headMs: 300, requestMs: 600, checkMs: 50 }
  dashboard = await openTestDashboard({ limits })
}

async function openSocket(): Promise<Socket> {
  const socket = connect(Number(new URL(dashboard.origin).port), '127.0.0.1')
  socket.on('error', () => undefined)
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

/** Sends one byte after the other, for as long as the other side listens. */
function drip(socket: Socket, byte: string): void {
  timers.push(setInterval(() => socket.writable && socket.write(byte), 20))
}

afterEach(async () => {
  timers.splice(0).forEach(clearInterval)
  sockets.splice(0).forEach((socket) => socket.destroy())
  await dashboard.close()
})

describe('a client that sends a byte now and then', () => {
  test('loses its connection when the head of its request takes too long', async () => {
    await open(10)
    const socket = await openSocket()
    socket.write(`${HEAD}X-Slow: `)
    drip(socket, 'x')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('loses its connection when its body takes too long, and leaves nothing behind', async () => {
    await open(10)
    const socket = await openSocket()
    socket.write(`${HEAD}\r\n{`)
    drip(socket, ' ')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
    expect(await dashboard.ask('/api/traces')).toMatchObject({ items: [], total: 0 })
  })

  test('does not keep others from being answered', async () => {
    await open(30)
    for (let count = 0; count < 20; count += 1) {
      const socket = await openSocket()
      socket.write(`${HEAD}X-Slow: `)
      drip(socket, 'x')
    }
    expect(await dashboard.send('/v1/traces', { resourceSpans: [] })).toBe(200)
  })
})

test('a connection too many is ended at once; when others end, there is room again', async () => {
  await open(4)
  const held = await Promise.all(Array.from({ length: 4 }, openSocket))
  const surplus = await openSocket()
  await expect(text(surplus)).resolves.toBe('')
  expect(held.map(({ readyState }) => readyState)).toEqual(['open', 'open', 'open', 'open'])

  held.forEach((socket) => socket.destroy())
  const status = await waitUntil('an answer', () =>
    dashboard.send('/v1/traces', { resourceSpans: [] }).catch(() => undefined),
  )
  expect(status).toBe(200)
})
