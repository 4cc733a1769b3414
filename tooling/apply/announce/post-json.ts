import http from 'node:http'
import https from 'node:https'
import type { ProxyVariables } from '../../parse/registry-environment.ts'

/** What is posted, and where. */
export interface Posting {
  /** Of https, or of loopback. */
  readonly url: string
  readonly body: object
  readonly token?: string
  readonly proxy: ProxyVariables
  /** How long it may take, milliseconds. Default 10 000. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 10_000

/** Of an answer so much is read, to say what it said. */
const MAX_ANSWER_BYTES = 4096

/**
 * Posts JSON. Rejects when it cannot be delivered in time, or when the answer is no success; a
 * redirect is none: what is secret goes to nobody but who was named.
 */
export async function postJson(posting: Posting): Promise<void> {
  const { body, proxy, timeoutMs = TIMEOUT_MS, token, url } = posting
  const isTls = new URL(url).protocol === 'https:'
  const bytes = Buffer.from(JSON.stringify(body))
  const agent = isTls ? new https.Agent({ proxyEnv: { ...proxy } }) : new http.Agent()
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const send = isTls ? https.request : http.request
  const outgoing = send(url, {
    method: 'POST',
    agent,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'content-type': 'application/json',
      'content-length': bytes.length,
      'user-agent': 'kube',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  })
  outgoing.on('response', resolve)
  outgoing.on('error', (error) => reject(toDelivery(error, timeoutMs)))
  outgoing.end(bytes)
  try {
    const answer = await promise
    const { statusCode = 0 } = answer
    if (statusCode >= 200 && statusCode < 300) return
    throw new Error(`it answered ${statusCode}${await toDetail(answer)}`)
  } finally {
    outgoing.destroy()
    agent.destroy()
  }
}

function toDelivery(error: Error, timeoutMs: number): Error {
  if (error.name !== 'AbortError' && error.name !== 'TimeoutError') return error
  return new Error(`it did not answer within ${timeoutMs / 1000} s`, { cause: error })
}

/** Sentry says `{ "detail": "Invalid token" }`, Slack a word. */
async function toDetail(answer: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  try {
    for await (const chunk of answer) {
      text += chunk.toString('utf8')
      if (text.length > MAX_ANSWER_BYTES) break
    }
  } catch {
    return ''
  }
  const detail = toDetailField(text) ?? text
  return detail.trim() === '' ? '' : `: ${detail.trim().slice(0, 200)}`
}

function toDetailField(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown }
    return detail === undefined ? undefined : JSON.stringify(detail).replaceAll('"', '')
  } catch {
    return undefined
  }
}
