import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

/** A request as a server of ours saw it. */
export interface SeenRequest {
  /** From 0, in order of arrival. */
  readonly index: number
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

/** What is done to a request instead of answering it. */
export type Interception =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Buffer
    }
  /** The connection is reset before anything is done. */
  | { readonly kind: 'reset' }
  /** No answer comes, ever. */
  | { readonly kind: 'hang' }
  /** It is done, and the answer is lost. */
  | { readonly kind: 'lose' }

/** Looks at a request before it is answered; `undefined` lets it through. */
export type Intercept = (request: SeenRequest) => Interception | undefined

/** Notes requests, and does to them what `intercept` says. */
export class Interceptor {
  readonly seen: SeenRequest[] = []
  intercept: Intercept

  constructor(intercept: Intercept = () => undefined) {
    this.intercept = intercept
  }

  /** Resolves true when the request has been dealt with. For `lose`, the answer will go nowhere. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const { method = '', url = '', headers } = request
    const seen = { index: this.seen.length, method, path: url, headers }
    this.seen.push(seen)
    const what = this.intercept(seen)
    if (what === undefined) return false
    switch (what.kind) {
      case 'answer':
        request.resume()
        response.writeHead(what.status, what.headers)
        response.end(what.body)
        return true
      case 'reset':
        request.socket.resetAndDestroy()
        return true
      case 'hang':
        request.resume()
        return true
      case 'lose':
        response.writeHead = () => response
        response.write = () => true
        response.end = () => {
          request.socket.resetAndDestroy()
          return response
        }
        return false
    }
  }
}
