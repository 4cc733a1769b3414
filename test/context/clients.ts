import { get as getHttp, type IncomingMessage } from 'node:http'
import { get as getHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import { Agent, fetch as undiciFetch, Pool, request } from 'undici'
import { CERTIFICATE } from './servers.ts'

/** What a call may be given. */
export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Sends a GET and resolves with the body; rejects when it breaks. */
export type Call = (url: string, options?: CallOptions) => Promise<string>

const dispatcher = new Agent({ connect: { ca: CERTIFICATE } })

/** Every way in which a service calls another one. */
export const CLIENTS: Readonly<Record<string, Call>> = {
  'global fetch': async (url, options) => (await fetch(url, options)).text(),
  'undici fetch': async (url, options) =>
    (await undiciFetch(url, { ...options, dispatcher })).text(),
  'undici request': async (url, options) =>
    (await request(url, { ...options, dispatcher })).body.text(),
  'undici pool': async (url, options) => {
    const { origin, pathname } = new URL(url)
    const pool = new Pool(origin, { connections: 1, connect: { ca: CERTIFICATE } })
    try {
      const reply = await pool.request({ path: pathname, method: 'GET', ...options })
      return await reply.body.text()
    } finally {
      await pool.destroy()
    }
  },
  'node:http': (url, options = {}) =>
    new Promise((resolve, reject) => {
      const answer = (reply: IncomingMessage): void => void text(reply).then(resolve, reject)
      const sent = url.startsWith('https:')
        ? getHttps(url, { ...options, ca: CERTIFICATE }, answer)
        : getHttp(url, options, answer)
      sent.on('error', reject)
    }),
}

/** The clients that can be told to trust the tests' certificate. */
export const HTTPS_CLIENTS: readonly string[] = Object.keys(CLIENTS).filter(
  (name) => name !== 'global fetch',
)
