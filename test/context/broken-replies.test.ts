import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { PassThrough, pipeline, Readable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { record } from './recorded.ts'
import { listen } from './servers.ts'

test('a reply whose source fails is a failure of the server, reported once, with the status it had', async () => {
  const { requests, failures } = record()
  const error = new RangeError('the disk is gone')
  const source = new PassThrough()
  const server = createServer((_request, response) => {
    pipeline(source, response, () => undefined)
    source.write('a part')
  })
  const sent = get({ port: await listen(server) })
  const [reply] = (await once(sent, 'response')) as [Readable]
  const broken = once(reply, 'error')
  await once(reply, 'readable')
  source.destroy(error)
  reply.resume()
  expect(await broken).toMatchObject([{ code: 'ECONNRESET' }])
  await vi.waitFor(() => expect(requests).toHaveLength(1))
  expect(requests[0]).toMatchObject({
    statusCode: 200,
    aborted: false,
    failed: true,
    failure: error,
  })
  expect(failures.map((failure) => failure.error)).toEqual([error])
})

test('a reply that the app destroys before it has begun is a 500', async () => {
  const { requests, failures } = record()
  const error = new RangeError('too far')
  const port = await listen(createServer((_request, response) => response.destroy(error)))
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
  await vi.waitFor(() => expect(requests).toHaveLength(1))
  expect(requests[0]).toMatchObject({ statusCode: 500, aborted: false, failure: error })
  expect(failures).toHaveLength(1)
})

test('a client that leaves while a source is piped to it is no failure of the server', async () => {
  const { requests, failures } = record()
  const server = createServer((_request, response) => {
    const endless = new Readable({ read: () => void setImmediate(() => endless.push('more')) })
    pipeline(endless, response, () => undefined)
  })
  const sent = get({ port: await listen(server) })
  const [reply] = (await once(sent, 'response')) as [Readable]
  reply.resume()
  await once(reply, 'data')
  sent.on('error', () => undefined).destroy()
  await vi.waitFor(() => expect(requests).toHaveLength(1))
  expect(requests[0]).toMatchObject({
    statusCode: 200,
    aborted: true,
    failed: false,
    failure: undefined,
  })
  expect(failures).toEqual([])
})
