import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { fromNode, toChunks } from './from-node.ts'
import type { IncomingRequest } from './incoming-request.ts'
import { isStreamed, type OutgoingReply } from './outgoing-reply.ts'
import { operationFor, toAllowed } from './route-table.ts'
import type { ServedContract } from './served-contract.ts'

/** A Fastify plugin, as far as types of our own can say it. */
export type FastifyMount = (instance: FastifyLike) => Promise<void>

/** What the plugin uses of Fastify 5. */
export interface FastifyLike {
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(type: string, parser: Parser): unknown
  hasRoute(route: { readonly method: string; readonly url: string }): boolean
  route(route: FastifyRoute): unknown
}

type Parser = (
  request: unknown,
  payload: IncomingMessage,
  done: (error: Error | null, body?: unknown) => void,
) => void

interface FastifyRoute {
  readonly method: string
  readonly url: string
  readonly exposeHeadRoute: boolean
  readonly handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>
}

interface FastifyRequestLike {
  readonly raw: IncomingMessage
  readonly params: unknown
  readonly body: unknown
}

interface FastifyReplyLike {
  readonly raw: ServerResponse
  code(status: number): FastifyReplyLike
  headers(headers: Readonly<Record<string, string>>): FastifyReplyLike
  send(body: unknown): FastifyReplyLike
}

/** Methods that Fastify routes without being told. */
const METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Serves a contract as a plugin: each operation is a route of Fastify's, so that its hooks run
 * before and its `onSend` after. Bodies are read by the contract alone.
 */
export function mountFastify(core: ServedContract): FastifyMount {
  return async (instance) => {
    instance.removeAllContentTypeParsers()
    instance.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    for (const route of toRoutes(core))
      if (!instance.hasRoute(route)) instance.route({ ...route, exposeHeadRoute: false })
  }
}

type PlainRoute = Omit<FastifyRoute, 'exposeHeadRoute'>

function toRoutes(core: ServedContract): readonly PlainRoute[] {
  const routes = core.routes.templates().flatMap(([template, operations]) => {
    const url = template.replaceAll(/\{(\w+)\}/g, ':$1')
    const allow = toAllowed(operations)
    return METHODS.map((method): PlainRoute => {
      const operation = operationFor(method, operations)
      if (operation === undefined)
        return {
          method,
          url,
          handler: (_request, reply) => send(reply, core.refuseMethod(method, template, allow)),
        }
      return {
        method,
        url,
        handler: async (request, reply) => {
          const raw = request.params as Readonly<Record<string, string>>
          // Fastify's router takes nothing for a parameter.
          if (Object.values(raw).includes('')) return send(reply, core.refusePath())
          const answer = core.answer(operation, toIncoming(request, reply), { raw, decoded: true })
          return send(reply, await answer)
        },
      }
    })
  })
  const { openapiPath: url } = core
  if (url === undefined) return routes
  const describing = METHODS.map((method) => ({
    method,
    url,
    handler: async (_request: unknown, reply: FastifyReplyLike) =>
      send(reply, await core.describe(method)),
  }))
  return [...routes, ...describing]
}

function toIncoming(request: FastifyRequestLike, { raw }: FastifyReplyLike): IncomingRequest {
  const body = request.body instanceof Readable ? toChunks(request.body) : undefined
  return { ...fromNode(request.raw, raw, request), body }
}

async function send(
  reply: FastifyReplyLike,
  { status, headers, body }: OutgoingReply,
): Promise<FastifyReplyLike> {
  const payload = isStreamed(body) ? Readable.from(body, { objectMode: false }) : body
  return reply.code(status).headers(headers).send(payload)
}
