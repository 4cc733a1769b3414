import { listen } from '../channel.ts'
import { operationOf } from './inbound-http.ts'

interface FastifyRequest {
  readonly raw: object
  readonly routeOptions: { readonly url: string | undefined }
}

interface FastifyInstance {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: unknown, done: () => void) => void,
  ): unknown
  addHook(
    name: 'onError',
    hook: (request: FastifyRequest, reply: unknown, error: unknown, done: () => void) => void,
  ): unknown
}

interface HandlerMessage {
  readonly request: FastifyRequest
  readonly route?: { readonly url?: string }
  readonly error?: unknown
}

/**
 * Names the route and the errors of Fastify 5 apps.
 *
 * An app made after this gets hooks, which also see what onRequest hooks, body parsing and schema
 * validation refuse; one made earlier is seen through the handler's channel. Gives what undoes it.
 */
export function observeFastify(): () => void {
  return listen({
    'fastify.initialization': ({ fastify }: { fastify: FastifyInstance }) => addHooks(fastify),
    'tracing:fastify.request.handler:start': ({ request, route }: HandlerMessage) => {
      if (route?.url !== undefined) operationOf(request.raw)?.setRoute(route.url)
    },
    'tracing:fastify.request.handler:error': ({ request, error }: HandlerMessage) =>
      operationOf(request.raw)?.fail(error),
  })
}

function addHooks(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const url = request.routeOptions.url
    if (url !== undefined) operationOf(request.raw)?.setRoute(url)
    done()
  })
  fastify.addHook('onError', (request, _reply, error, done) => {
    operationOf(request.raw)?.fail(error)
    done()
  })
}
