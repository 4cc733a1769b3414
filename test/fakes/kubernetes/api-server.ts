import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { KUBERNETES_SCHEMA } from '../../../tooling/plan/schema/kubernetes-schema.ts'
import { discover, toListKind } from './discovery.ts'
import { toFields } from './fields.ts'
import { toPluralName } from './plural.ts'
import { Rollouts } from './rollouts.ts'
import { Refusal, Store, type Stored } from './store.ts'

/** One request, as a fault may look at it. */
export interface ApiCall {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string
  readonly authorization: string
  /** Counted from 1. */
  readonly number: number
}

/** What becomes of a request instead of its answer. */
export type Fault =
  | { readonly kind: 'reset' }
  /** It is carried out, and its answer is lost. */
  | { readonly kind: 'lost-answer' }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** The answer ends in its middle. */
  | { readonly kind: 'cut' }

/** An API server without a cluster: discovery, server-side apply, dry runs, versions, leases, logs, pod proxy, faults. */
export interface FakeApiServer {
  readonly url: string
  readonly store: Store
  readonly rollouts: Rollouts
  /** Every request that was to change something, in order: `PATCH /api/…`; dry runs are none. */
  readonly writes: readonly string[]
  /** Every request. */
  readonly calls: readonly ApiCall[]
  /** Decides on each request; the usual answer where it gives nothing. */
  fault: ((call: ApiCall) => Fault | undefined) | undefined
  close(): Promise<void>
}

/** Opens one on a free port of loopback; the caller closes it. It has the namespace `kube-system`. */
export async function openApiServer(): Promise<FakeApiServer> {
  const store = new Store()
  const state: Mutable = {
    store,
    rollouts: new Rollouts(store),
    writes: [],
    calls: [],
    fault: undefined,
  }
  store.put('/api/v1/namespaces/kube-system', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'kube-system' },
  })
  const server = createServer((request, response) => void handle(state, request, response))
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

interface Mutable {
  readonly store: Store
  readonly rollouts: Rollouts
  readonly writes: string[]
  readonly calls: ApiCall[]
  fault: ((call: ApiCall) => Fault | undefined) | undefined
}

async function handle(
  state: Mutable,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake')
  const call: ApiCall = {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    contentType: request.headers['content-type'] ?? '',
    authorization: request.headers.authorization ?? '',
    number: state.calls.length + 1,
  }
  state.calls.push(call)
  const body = await text(request)
  const fault = state.fault?.(call)
  if (fault?.kind === 'reset') return void request.socket.destroy()
  if (fault?.kind === 'status') {
    const headers =
      fault.retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(fault.retryAfterSeconds) }
    return send(response, {
      status: fault.status,
      headers,
      body: { kind: 'Status', message: 'a fault', code: fault.status },
    })
  }
  const answer = toAnswer(state, call, body)
  if (fault?.kind === 'lost-answer') return void request.socket.destroy()
  if (fault?.kind === 'cut') {
    response.writeHead(200, { 'content-length': '1000' })
    response.write('{"kind":')
    return void setImmediate(() => request.socket.destroy())
  }
  send(response, answer)
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const bytes = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(bytes)
}

function toAnswer(state: Mutable, call: ApiCall, body: string): Answer {
  try {
    return { status: call.method === 'POST' ? 201 : 200, body: carryOut(state, call, body) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { message, reason, status, causes } = error
    return {
      status,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message,
        reason,
        code: status,
        details: { causes },
      },
    }
  }
}

function carryOut(state: Mutable, call: ApiCall, body: string): unknown {
  const { method, path, query } = call
  const isDryRun = query.get('dryRun') === 'All'
  if (method !== 'GET' && !isDryRun) state.writes.push(`${method} ${path}`)
  switch (method) {
    case 'GET':
      return read(state, call)
    case 'POST':
      return create(state, call, JSON.parse(body) as Stored)
    case 'PUT':
      return isDryRun
        ? state.store.read(path)
        : state.store.replace(path, JSON.parse(body) as Stored)
    case 'DELETE':
      state.store.delete(
        path,
        (JSON.parse(body === '' ? '{}' : body) as { preconditions?: { uid?: string } })
          .preconditions?.uid,
      )
      return { kind: 'Status', status: 'Success' }
    default:
      return patch(state, call, body)
  }
}

function patch({ store, ...state }: Mutable, call: ApiCall, body: string): unknown {
  const { path, query } = call
  if (call.contentType.includes('merge-patch'))
    return store.merge(path.replace(/\/scale$/, ''), JSON.parse(body) as Stored)
  if (!body.startsWith('[')) {
    const manager = query.get('fieldManager') ?? 'unknown'
    const isForced = query.get('force') === 'true'
    const options = { manager, isForced, isDryRun: query.get('dryRun') === 'All' }
    return toChecked({ store, ...state }, path, (own) =>
      store.apply(own, JSON.parse(body) as Stored, options),
    )
  }
  const found = structuredClone(store.read(path))
  for (const { path: field, value } of JSON.parse(body) as { path: string; value: never }[])
    found.metadata[field.replace('/metadata/', '') as 'managedFields'] = value
  return store.replace(path, found)
}

/** Who made an object without an apply manages what it set. */
function create(state: Mutable, { path, query }: ApiCall, object: Stored): unknown {
  const manager = query.get('fieldManager')
  const managed = manager === null ? object : withManager(object, manager)
  return toChecked(state, `${path}/${object.metadata.name}`, (own) =>
    query.get('dryRun') === 'All' ? managed : state.store.create(own, managed),
  )
}

function withManager(object: Stored, manager: string): Stored {
  const { apiVersion, metadata } = object
  const fieldsV1 = toFields(object)
  const entry = { manager, operation: 'Update', apiVersion, fieldsType: 'FieldsV1', fieldsV1 }
  return { ...object, metadata: { ...metadata, managedFields: [entry] } }
}

/** Nothing is made in a namespace that is not there. */
function toChecked<Result>(
  { store }: Pick<Mutable, 'store'>,
  path: string,
  make: (path: string) => Result,
): Result {
  const namespace = /\/namespaces\/([^/]+)\/.+\/[^/]+$/.exec(path)?.[1]
  if (namespace !== undefined) store.read(`/api/v1/namespaces/${namespace}`)
  return make(path)
}

function read({ store, rollouts }: Mutable, { path, query }: ApiCall): unknown {
  const discovered = discover(path)
  if (discovered !== undefined) return discovered
  const pod = /^(\/api\/v1\/namespaces\/[^/]+\/pods\/[^/:]+)(?:\/log|:\d+\/proxy\/(.+))$/.exec(path)
  if (pod !== null)
    return sayOfPod({ store, rollouts }, { path: pod[1] ?? '', page: pod[2], query })
  if (store.objects.has(path)) return store.read(path)
  if (!isCollection(path)) throw new Refusal(404, 'NotFound', `${path} not found`)
  const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1] ?? ''
  if (path.endsWith('/deployments')) rollouts.step(namespace)
  const wanted = (query.get('labelSelector') ?? '').split(',').filter(Boolean)
  const items = store.list(path).filter(({ metadata }) =>
    wanted.every((one) => {
      const [label = '', value] = one.split('=')
      return metadata.labels?.[label] === value
    }),
  )
  return { ...toListKind(path), metadata: {}, items }
}

interface PodQuestion {
  readonly path: string
  /** What is asked through the pod proxy; the log when absent. */
  readonly page: string | undefined
  readonly query: URLSearchParams
}

function sayOfPod(
  { store, rollouts }: Pick<Mutable, 'store' | 'rollouts'>,
  { path, page, query }: PodQuestion,
): string {
  const { containers } = store.read(path)['spec'] as { containers: { image: string }[] }
  const { log = '', metrics, readiness = '' } = rollouts.scriptOf(containers[0]?.image ?? '')
  if (page === 'metrics') return metrics?.(path.split('/').at(-1) ?? '') ?? ''
  if (page !== undefined) return readiness
  return query.get('timestamps') === 'true' ? toStamped(log, query.get('sinceTime') ?? '') : log
}

/** A second a line; what is older than `since` is left out. */
function toStamped(log: string, since: string): string {
  const lines = log.split('\n').filter((line) => line !== '')
  return lines
    .map((line, index) => ({ line, at: new Date(index * 1000).toISOString() }))
    .filter(({ at }) => at >= since)
    .map(({ at, line }) => `${at} ${line}\n`)
    .join('')
}

function isCollection(path: string): boolean {
  const last = path.split('/').at(-1) ?? ''
  return Object.keys(KUBERNETES_SCHEMA.kinds).some((name) => toPluralName(name) === last)
}
