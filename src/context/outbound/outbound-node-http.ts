import type { ClientRequest, IncomingMessage } from 'node:http'
import { CallOperation } from '../operation/call-operation.ts'
import { listen } from '../channel.ts'
import type { CallUrl } from '../facts.ts'
import { injectHeaders } from './outbound-headers.ts'
import { currentScope, isSuppressed } from '../scope.ts'

/** Observes every call through node:http and node:https. Gives what undoes it. */
export function observeNodeHttp(): () => void {
  const calls = new WeakMap<ClientRequest, CallOperation>()
  return listen({
    'http.client.request.created': ({ request }: { request: ClientRequest }) =>
      begin(calls, request),
    // Despite its name, this channel tells of a reply's headers, not of its end.
    'http.client.response.finish': ({
      request,
      response,
    }: {
      request: ClientRequest
      response: IncomingMessage
    }) => answered(calls.get(request), response),
    'http.client.request.error': ({
      request,
      error,
    }: {
      request: ClientRequest
      error: unknown
    }) => {
      const call = calls.get(request)
      call?.fail(error)
      call?.finish()
    },
  })
}

function begin(calls: WeakMap<ClientRequest, CallOperation>, request: ClientRequest): void {
  const scope = currentScope()
  if (isSuppressed(scope)) return
  const url = toCallUrl(request)
  const call = new CallOperation(request.method, url, scope)
  calls.set(request, call)
  request.once('close', () => endUpgraded(call, request))
  // A request given raw headers has sent them already.
  if (request.headersSent) return
  injectHeaders(call, url.host, (name, value) => {
    if (!request.hasHeader(name)) request.setHeader(name, value)
  })
}

function answered(call: CallOperation | undefined, response: IncomingMessage): void {
  if (call === undefined) return
  call.reply(response.statusCode ?? 0)
  call.protocolVersion = response.httpVersion
  response.once('close', () => {
    if (!response.complete)
      call.fail(response.errored ?? new Error('the reply was cut off before its end'))
    call.finish()
  })
}

/** A reply that hands the connection over to another protocol is told of on no channel. */
function endUpgraded(
  call: CallOperation,
  request: ClientRequest & { res?: IncomingMessage | null },
): void {
  const { res } = request
  if (call.statusCode !== undefined || res === undefined || res === null) return
  call.reply(res.statusCode ?? 0)
  call.protocolVersion = res.httpVersion
  call.finish()
}

function toCallUrl(request: ClientRequest): CallUrl {
  const scheme = request.protocol.replace(':', '')
  const at = /^(.*?)(?::(\d+))?$/.exec(String(request.getHeader('host') ?? request.host))
  return {
    scheme,
    host: request.host,
    port: at?.[2] === undefined ? undefined : Number(at[2]),
    pathAndQuery: request.path,
  }
}
