import { CallOperation } from '../operation/call-operation.ts'
import { listen } from '../channel.ts'
import type { CallUrl } from '../facts.ts'
import { injectHeaders } from './outbound-headers.ts'
import { currentScope, isSuppressed } from '../scope.ts'

/** undici's request, as its channels give it; the built-in fetch publishes on the same ones. */
interface UndiciRequest {
  readonly method: string
  readonly origin: string | URL
  readonly path: string
  readonly headers: string | readonly (string | Buffer)[]
  addHeader(name: string, value: string): unknown
}

/** Observes every call through fetch and undici. Gives what undoes it. */
export function observeUndici(): () => void {
  const calls = new WeakMap<UndiciRequest, CallOperation>()
  return listen({
    'undici:request:create': ({ request }: { request: UndiciRequest }) => begin(calls, request),
    'undici:request:headers': ({
      request,
      response,
    }: {
      request: UndiciRequest
      response: { statusCode: number }
    }) => {
      // An informational reply precedes the real one.
      if (response.statusCode >= 200) calls.get(request)?.reply(response.statusCode)
    },
    'undici:request:trailers': ({ request }: { request: UndiciRequest }) =>
      calls.get(request)?.finish(),
    'undici:request:error': ({ request, error }: { request: UndiciRequest; error: unknown }) => {
      const call = calls.get(request)
      call?.fail(error)
      call?.finish()
    },
  })
}

function begin(calls: WeakMap<UndiciRequest, CallOperation>, request: UndiciRequest): void {
  const scope = currentScope()
  if (isSuppressed(scope) || request.method === 'CONNECT') return
  const url = toCallUrl(request)
  const call = new CallOperation(request.method, url, scope)
  calls.set(request, call)
  const present = namesOf(request.headers)
  injectHeaders(call, url.host, (name, value) => {
    if (!present.has(name)) request.addHeader(name, value)
  })
}

/** The names a caller set itself: its headers win, and one that is sent twice is void. */
function namesOf(headers: UndiciRequest['headers']): ReadonlySet<string> {
  if (typeof headers === 'string')
    return new Set(headers.split('\r\n').map((line) => (line.split(':', 1)[0] ?? '').toLowerCase()))
  return new Set(
    headers.filter((_, index) => index % 2 === 0).map((name) => name.toString().toLowerCase()),
  )
}

function toCallUrl({ origin, path }: UndiciRequest): CallUrl {
  const url = typeof origin === 'string' ? new URL(origin) : origin
  return {
    scheme: url.protocol.slice(0, -1),
    host: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    pathAndQuery: path,
  }
}
