import type { IncomingMessage } from 'node:http'
import type { makeNodeTransport } from '@sentry/node'

type HttpModule = NonNullable<Parameters<typeof makeNodeTransport>[0]['httpModule']>

/** How long one delivery may take, to the end of its answer. */
const LIMIT_MS = 10_000

/** More than Sentry ever answers. */
const MAX_ANSWER_BYTES = 65_536

/**
 * Gives node:http, or node:https, with a limit to the time and the size of an answer. The SDK has
 * neither: a server that hangs would keep its connections until the process ends, and when they are
 * all taken no error would be sent any more.
 */
export function limitedHttp(url: string, limitMs: number = LIMIT_MS): HttpModule {
  const { request } = process.getBuiltinModule(
    url.startsWith('https:') ? 'node:https' : 'node:http',
  )
  return {
    request(options, onResponse) {
      const sent = request(options as Parameters<typeof request>[0], onResponse as never)
      const timer = setTimeout(() => {
        sent.destroy(new Error(`no answer within ${limitMs} ms`))
      }, limitMs).unref()
      sent.once('close', () => clearTimeout(timer))
      sent.once('response', (response: IncomingMessage) => limitAnswer(response))
      return sent
    },
  }
}

function limitAnswer(response: IncomingMessage): void {
  let bytes = 0
  response.on('error', () => undefined)
  response.on('data', (part: Buffer | string) => {
    bytes += part.length
    if (bytes > MAX_ANSWER_BYTES) response.destroy()
  })
}
