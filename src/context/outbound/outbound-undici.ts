import { KnownTexts } from '../../convention/known-texts.ts'
import { CallOperation } from '../operation/call-operation.ts'
import { listen } from '../channel.ts'
import type { CallUrl } from '../facts.ts'
import { injectHeaders } from './outbound-headers.ts'
import { currentScope, isSuppressed } from '../scope.ts'

/** Where a request keeps its record: dearer in a WeakMap, which each garbage collection goes through. */
const CALL = Symbol('servicex.call')

/** undici's request, as its channels give it; the built-in fetch publishes on the same ones. */
interface UndiciRequest {
  readonly method: string
  readonly origin: string | URL
  readonly path: string
  readonly headers: string | readonly (string | Buffer)[]
  addHeader(name: string, value: string): unknown
  [CALL]?: CallOperation
}

/** Observes every call through fetch and undici. Gives what undoes it. */
export function observeUndici(): () => void {
  return listen({
    'undici:request:create': ({ request }: { request: UndiciRequest }) => begin(request),
    'undici:request:headers': ({
      request,
      response,
    }: {
      request: UndiciRequest
      response: { statusCode: number }
    }) => {
      // An informational reply precedes the real one.
      if (response.statusCode >= 200) request[CALL]?.reply(response.statusCode)
    },
    'undici:request:trailers': ({ request }: { request: UndiciRequest }) => request[CALL]?.finish(),
    'undici:request:error': ({ request, error }: { request: UndiciRequest; error: unknown }) => {
      const call = request[CALL]
      call?.fail(error)
      call?.finish()
    },
  })
}

function begin(request: UndiciRequest): void {
  const scope = currentScope()
  if (isSuppressed(scope) || request.method === 'CONNECT') return
  const url = toCallUrl(request)
  const call = new CallOperation(request.method, url, scope)
  request[CALL] = call
  injectHeaders(call, url.host, (name, value) => {
    if (!hasHeader(request.headers, name)) request.addHeader(name, value)
  })
}

/** Says whether a caller set a header itself: its headers win, and one that is sent twice is void. `name` is in lower case. */
function hasHeader(headers: UndiciRequest['headers'], name: string): boolean {
  if (typeof headers === 'string')
    return headers.split('\r\n').some((line) => isNamed(line.split(':', 1)[0] ?? '', name))
  return headers.some((given, index) => index % 2 === 0 && isNamed(given, name))
}

function isNamed(given: string | Buffer, name: string): boolean {
  return given.length === name.length && given.toString().toLowerCase() === name
}

type Origin = Omit<CallUrl, 'pathAndQuery'>

/** To parse the origin of a call costs more than to note the call. */
const origins = new KnownTexts<Origin>({ count: 500, chars: 256 }, (text) =>
  toOrigin(new URL(text)),
)

function toCallUrl({ origin, path }: UndiciRequest): CallUrl {
  const { scheme, host, port } = typeof origin === 'string' ? origins.of(origin) : toOrigin(origin)
  return { scheme, host, port, pathAndQuery: path }
}

function toOrigin({ protocol, hostname, port }: URL): Origin {
  return {
    scheme: protocol.slice(0, -1),
    host: hostname,
    port: port === '' ? undefined : Number(port),
  }
}
