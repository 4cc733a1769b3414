import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openApp, type AppProcess } from './app-process.ts'
import { openWire, toGet } from './wire.ts'

let app: AppProcess

afterEach(() => app.close())

describe('a WebSocket at the end of its server', () => {
  test('is told 1001, and one that answers ends at once', async () => {
    app = await openApp('serve-streams.ts', { env: { SERVICEX_DRAIN_TIMEOUT: '20' } })
    const socket = new WebSocket(`ws://127.0.0.1:${app.port}`)
    await once(socket, 'open')
    socket.send('hello')
    expect(String((await once(socket, 'message'))[0])).toBe('hello')

    app.kill('SIGTERM')
    expect((await once(socket, 'close'))[0]).toBe(1001)
    expect(await app.ended).toEqual({ exitCode: 0, signal: null, stderr: '' })
    expect(app.lines).toContainEqual(
      expect.objectContaining({ message: 'socket closed', code: 1001 }),
    )
  })

  test('is served while balancers notice', async () => {
    app = await openApp('serve-streams.ts', { env: { SERVICEX_PROPAGATION_DELAY: '60' } })
    const socket = new WebSocket(`ws://127.0.0.1:${app.port}`)
    await once(socket, 'open')
    app.kill('SIGTERM')
    await app.waitForLine(({ message }) => message === 'SIGTERM: draining')

    socket.send('still there?')
    expect(String((await once(socket, 'message'))[0])).toBe('still there?')
    socket.terminate()
  })

  test('that does not answer is closed at the deadline', async () => {
    app = await openApp('serve-streams.ts', { env: { SERVICEX_DRAIN_TIMEOUT: '0.3' } })
    const wire = await openWire(app.port)
    const key = randomBytes(16).toString('base64')
    wire.write(
      toGet(
        '/',
        `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n`,
      ),
    )
    await wire.until('\r\n\r\n')

    app.kill('SIGTERM')
    await wire.until('\x88\x02\x03\xe9')
    await wire.closed
    expect((await app.ended).exitCode).toBe(0)
  })
})
