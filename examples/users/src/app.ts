import { captureError, init, log, setRoute } from 'servicex'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import service from '../service.ts'
import { findUser } from './find-user.ts'

const { env, adminPort } = init(service)

const server = createServer((request, response) => void answer(request, response))
server.listen(env.PORT, env.HOST)
await once(server, 'listening')
const { port } = server.address() as AddressInfo
log.info({ url: `http://${env.HOST}:${port}`, admin_port: await adminPort }, 'users is up')

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = /^\/users\/([^/?]+)$/.exec(request.url ?? '')?.[1]
  if (id === undefined) return reply(response, 404, { error: 'there is only /users/:id' })
  setRoute('/users/:id')
  try {
    const user = await findUser(id)
    if (user === undefined) reply(response, 404, { error: 'no such user' })
    else reply(response, 200, user)
  } catch (error) {
    captureError(error)
    reply(response, 500, { error: 'the user could not be read' })
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
