/** A request or a response of node:http or a framework, as far as a line tells of it. */
export interface HttpMessage {
  readonly method?: unknown
  readonly originalUrl?: unknown
  readonly url?: unknown
  readonly statusCode?: unknown
}

/** Says whether a value is such a message: it holds sockets and parsers, thousands of values, none of them for a line. */
export function isHttpMessage(value: object): value is HttpMessage {
  if (!('socket' in value)) return false
  if ('setHeader' in value) return typeof value.setHeader === 'function'
  return 'headers' in value && ('httpVersion' in value || 'raw' in value)
}

/** Gives what a line tells of a message. */
export function toMessageRecord({ method, originalUrl, url, statusCode }: HttpMessage): object {
  return { method, url: originalUrl ?? url, statusCode: statusCode ?? undefined }
}
