/** A request in the shape that every mount brings it to. */
export interface IncomingRequest {
  readonly method: string
  /** Path and query, as asked for. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: IncomingHeaders
  /** Its bytes, read once at most; `undefined` where there are none. */
  readonly body: AsyncIterable<Uint8Array> | undefined
  /** What middleware has made of the bytes already. */
  readonly parsedBody?: unknown
  /** Aborts when the caller leaves before its reply. */
  readonly left: AbortSignal
  /** The server's or framework's own request. */
  readonly source: unknown
}

/** Headers by lower-case name. */
export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** Gives the value of one header; of a repeated one, all, separated by commas. */
export function headerOf(headers: IncomingHeaders, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return value === undefined || typeof value === 'string' ? value : value.join(', ')
}

/** Gives the path of a request without its query. */
export function pathOf({ url }: IncomingRequest): string {
  const origin = /^https?:\/\/[^/?#]*/i.exec(url)?.[0] ?? ''
  const rest = url.slice(origin.length)
  const end = rest.search(/[?#]/)
  return (end === -1 ? rest : rest.slice(0, end)) || '/'
}

/** Gives the query of a request, without its question mark. */
export function queryOf({ url }: IncomingRequest): string {
  const at = url.indexOf('?')
  return at === -1 ? '' : (url.slice(at + 1).split('#', 1)[0] ?? '')
}
