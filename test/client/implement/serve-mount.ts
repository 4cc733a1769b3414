import { afterAll, beforeAll } from 'vitest'
import { type Mount, serveBy, type Served } from '../../fixtures/client/mounts.ts'
import { type Seen, serveBilling } from '../../fixtures/client/serve-billing.ts'

/** How a test talks to the contract of the fixture. */
export interface Asked {
  readonly url: () => string
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
  /** Sends JSON, or a text as it is. */
  readonly send: (
    method: string,
    path: string,
    body: unknown,
    headers?: object,
  ) => Promise<Response>
  readonly seen: Seen
}

/** Serves the contract of the fixture by a mount for the tests of a suite. */
export function serveMount(mount: Mount): Asked {
  const { routes, seen } = serveBilling({ openapi: true, heartbeatMs: 50 })
  let served: Served
  beforeAll(async () => {
    served = await serveBy(mount, routes)
  })
  afterAll(() => served.close())
  const ask: Asked['ask'] = (path, init) => fetch(`${served.url}${path}`, init)
  return {
    seen,
    ask,
    url: () => served.url,
    send: (method, path, body, headers) =>
      ask(path, {
        method,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
  }
}
