import http from 'node:http'
import { openHttpServer } from './http-server.ts'
import { Interceptor } from './interception.ts'

/** A server before a registry: it lets through, or does something else. */
export interface RegistryProxy {
  readonly host: string
  readonly interceptor: Interceptor
  readonly close: () => Promise<void>
}

/** Opens a proxy before the registry at `target` (`127.0.0.1:…`); the caller closes it. */
export async function openRegistryProxy(target: string): Promise<RegistryProxy> {
  const interceptor = new Interceptor()
  const agent = new http.Agent({ keepAlive: true })
  const server = await openHttpServer((request, response) => {
    if (interceptor.take(request, response)) return
    const { method, url, headers } = request
    const onward = http.request(`http://${target}${url}`, { method, headers, agent })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => request.socket.destroy())
    request.on('close', () => {
      if (!request.complete) onward.destroy()
    })
    request.on('error', () => undefined)
    request.pipe(onward)
  })
  return {
    host: server.host,
    interceptor,
    close: async () => {
      agent.destroy()
      await server.close()
    },
  }
}
