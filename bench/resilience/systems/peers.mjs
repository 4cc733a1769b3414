// What else one can call a service with, set up as each one's own guide says; their packages are in ../peers.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(new URL('../peers/package.json', import.meta.url))
const load = (name) => import(pathToFileURL(require.resolve(name)).href)

const DEADLINE_MS = 5000

const NOBODY = Object.assign(new Error('nobody answers'), { code: 'EAI_AGAIN' })

/** The pods by a name, as a headless Service has them: in another order each time. */
function toLookup(pods) {
  return (_, options, callback) => {
    pods.lookups += 1
    if (!pods.isNamed) return callback(NOBODY)
    const addresses = pods.addresses
      .map((address) => ({ address, family: 4, place: Math.random() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ address, family }) => ({ address, family }))
    if (options?.all === false) return callback(null, addresses[0].address, 4)
    callback(null, addresses)
  }
}

const toOrigin = (pods) => `http://web-pods.things.svc.test:${pods.port}`

function toRequest(dispatcher, pods, { request }) {
  const origin = toOrigin(pods)
  return async (method, { deadlineMs = DEADLINE_MS } = {}) => {
    const { statusCode, headers, body } = await request(
      method === 'GET' ? `${origin}/things/a` : `${origin}/things`,
      {
        dispatcher,
        method,
        signal: AbortSignal.timeout(deadlineMs),
        ...(method === 'POST' && {
          body: '{"count":1}',
          headers: { 'content-type': 'application/json' },
        }),
      },
    )
    if (statusCode !== 200) {
      await body.dump()
      throw Object.assign(new Error(`status ${statusCode}`), { code: String(statusCode), headers })
    }
    return body.json()
  }
}

/** Gives a caller from a function that makes one call, or throws. */
function toCaller(call, close) {
  const ended = async (method, facts) => {
    try {
      await call(method, facts)
      return { ok: true, code: 'ok' }
    } catch (error) {
      const code = error?.code ?? error?.name ?? 'error'
      return { ok: false, code: String(code), message: String(error?.message) }
    }
  }
  return { get: (facts) => ended('GET', facts), post: (facts) => ended('POST', facts), close }
}

/** undici as it is, with its interceptors for names and for retries. */
const undici = {
  name: 'undici + retry + dns',
  async open(pods) {
    const api = await load('undici')
    const { Agent, interceptors } = api
    const agent = new Agent({ headersTimeout: DEADLINE_MS, bodyTimeout: DEADLINE_MS })
    const lookup = (origin, _, callback) => {
      pods.lookups += 1
      if (!pods.isNamed) return callback(NOBODY)
      const ttl = Math.min(10, pods.ttlSeconds) * 1000
      callback(
        null,
        pods.addresses.map((address) => ({ address, family: 4, ttl })),
      )
    }
    const dispatcher = agent.compose(
      interceptors.retry({ maxRetries: 2, minTimeout: 50, maxTimeout: 1000 }),
      interceptors.dns({ lookup, dualStack: false }),
    )
    return toCaller(toRequest(dispatcher, pods, api), () => agent.destroy())
  },
}

/** ts-rest through fetch, which has no policies. */
const tsRest = {
  name: 'ts-rest + fetch',
  async open(pods) {
    const { initClient, initContract } = await load('@ts-rest/core')
    const { Agent, fetch } = await load('undici')
    const dispatcher = new Agent({ connect: { lookup: toLookup(pods) } })
    const c = initContract()
    const contract = c.router({
      get: { method: 'GET', path: '/things/:id', responses: { 200: c.type() } },
      post: { method: 'POST', path: '/things', body: c.type(), responses: { 200: c.type() } },
    })
    const client = initClient(contract, {
      baseUrl: toOrigin(pods),
      api: async ({ path, method, body, headers, fetchOptions }) => {
        const response = await fetch(path, { method, body, headers, dispatcher, ...fetchOptions })
        const isJson = response.headers.get('content-type')?.includes('json') === true
        const content = await (isJson ? response.json() : response.text())
        return { status: response.status, body: content, headers: response.headers }
      },
    })
    const call = async (method, { deadlineMs = DEADLINE_MS } = {}) => {
      const fetchOptions = { signal: AbortSignal.timeout(deadlineMs) }
      const { status } = await (method === 'GET'
        ? client.get({ params: { id: 'a' }, fetchOptions })
        : client.post({ body: { count: 1 }, fetchOptions }))
      if (status !== 200)
        throw Object.assign(new Error(`status ${status}`), { code: String(status) })
    }
    return toCaller(call, () => dispatcher.destroy())
  },
}

/** oRPC with its plugin for retries. */
const orpc = {
  name: 'oRPC + retry',
  async open(pods) {
    const [{ createORPCClient }, { ClientRetryPlugin }, { OpenAPILink }, { oc, type }] =
      await Promise.all([
        load('@orpc/client'),
        load('@orpc/client/plugins'),
        load('@orpc/openapi-client/fetch'),
        load('@orpc/contract'),
      ])
    const { Agent, fetch } = await load('undici')
    const dispatcher = new Agent({ connect: { lookup: toLookup(pods) } })
    const contract = {
      get: oc.route({ method: 'GET', path: '/things/{id}' }).input(type()).output(type()),
      post: oc.route({ method: 'POST', path: '/things' }).input(type()).output(type()),
    }
    const link = new OpenAPILink(contract, {
      url: toOrigin(pods),
      fetch: async (request, init) =>
        fetch(request.url, {
          ...init,
          method: request.method,
          headers: Object.fromEntries(request.headers),
          body: request.body === null ? undefined : await request.text(),
          signal: request.signal,
          dispatcher,
        }),
      plugins: [new ClientRetryPlugin({ default: { retry: 2, retryDelay: 50 } })],
    })
    const client = createORPCClient(link)
    const call = (method, { deadlineMs = DEADLINE_MS } = {}) => {
      const options = { signal: AbortSignal.timeout(deadlineMs), context: {} }
      return method === 'GET'
        ? client.get({ id: 'a' }, options)
        : client.post({ count: 1 }, options)
    }
    return toCaller(call, () => dispatcher.destroy())
  },
}

/** undici under cockatiel: a deadline around retries around a breaker. */
const cockatiel = {
  name: 'undici under cockatiel',
  async open(pods) {
    const api = await load('undici')
    const policies = await load('cockatiel')
    const { ExponentialBackoff, SamplingBreaker, circuitBreaker, handleAll, retry, wrap } = policies
    const agent = new api.Agent({ connect: { lookup: toLookup(pods) } })
    const call = toRequest(agent, pods, api)
    const policy = wrap(
      retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff({ initialDelay: 50 }) }),
      circuitBreaker(handleAll, {
        halfOpenAfter: 10_000,
        breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000 }),
      }),
    )
    return toCaller(
      (method, facts) => policy.execute(() => call(method, facts)),
      () => agent.destroy(),
    )
  },
}

/** undici under opossum with its defaults: a breaker at half, for 30 s. */
const opossum = {
  name: 'undici under opossum',
  async open(pods) {
    const api = await load('undici')
    const { default: CircuitBreaker } = await load('opossum')
    const agent = new api.Agent({ connect: { lookup: toLookup(pods) } })
    const breaker = new CircuitBreaker(toRequest(agent, pods, api), { timeout: DEADLINE_MS })
    return toCaller(
      (method, facts) => breaker.fire(method, facts),
      async () => {
        breaker.shutdown()
        await agent.destroy()
      },
    )
  },
}

export const PEERS = [undici, tsRest, orpc, cockatiel, opossum]
