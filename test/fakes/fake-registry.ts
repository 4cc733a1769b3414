// An image registry in memory, for what a real one does not do on demand: a referrers API or none, no
// mounts, no parts, hostile addresses. It keeps to distribution-spec 1.1 otherwise, and has no
// authentication. Checked against skopeo.

import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { openHttpServer } from './http-server.ts'
import { Interceptor } from './interception.ts'

/** What a fake registry can do. */
export interface FakeRegistryOptions {
  /** Default true. */
  readonly hasReferrers?: boolean
  /** Default true. */
  readonly mounts?: boolean
  /** Default true; else parts after the first are refused. */
  readonly takesParts?: boolean
  /** A longer request body is refused with 413. */
  readonly maxBodyBytes?: number
}

/** A registry that listens. */
export interface FakeRegistry {
  readonly host: string
  readonly interceptor: Interceptor
  /** By `repository/digest`. */
  readonly blobs: Map<string, Buffer>
  /** By `repository/tag` and `repository/digest`. */
  readonly manifests: Map<string, FakeManifest>
  readonly close: () => Promise<void>
}

/** A manifest, as it is stored. */
export interface FakeManifest {
  readonly bytes: Buffer
  readonly mediaType: string
}

type State = Pick<FakeRegistry, 'blobs' | 'manifests'> & {
  readonly options: FakeRegistryOptions
  readonly uploads: Map<string, Buffer>
}

/** Opens an empty registry; the caller closes it. */
export async function openFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const interceptor = new Interceptor()
  const state: State = { options, blobs: new Map(), manifests: new Map(), uploads: new Map() }
  const server = await openHttpServer((request, response) => {
    if (interceptor.take(request, response)) return
    answer(state, request, response).catch(() => response.destroy())
  })
  return { host: server.host, interceptor, close: server.close, ...state }
}

/** A request on one thing of a repository. */
interface Call {
  readonly method: string
  readonly repository: string
  readonly rest: string
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function answer(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://registry')
  const found = /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|referrers)\/([^/]*)$/.exec(pathname)
  if (found === null) return reply(response, pathname === '/v2/' ? 200 : 404)
  const [, repository = '', kind, rest = ''] = found
  const call = { method: request.method ?? '', repository, rest, query, request, response }
  if (kind === 'blobs') return answerBlob(state, call)
  if (kind === 'manifests') return answerManifest(state, call)
  if (kind === 'referrers') return answerReferrers(state, call)
  return answerUpload(state, call)
}

async function answerBlob({ blobs }: State, call: Call): Promise<void> {
  const { repository, rest, request, response } = call
  const content = blobs.get(`${repository}/${rest}`)
  if (content === undefined) return reply(response, 404)
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const range = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }
  return reply(response, start > 0 ? 206 : 200, {
    headers: { 'docker-content-digest': rest, ...(start > 0 ? range : {}) },
    body: content.subarray(start),
  })
}

async function answerManifest({ manifests, options }: State, call: Call): Promise<void> {
  const { method, repository, rest, request, response } = call
  if (method === 'PUT') {
    const bytes = await buffer(request)
    const digest = toDigest(bytes)
    const mediaType = request.headers['content-type'] ?? ''
    for (const name of [digest, rest]) manifests.set(`${repository}/${name}`, { bytes, mediaType })
    const { subject } = JSON.parse(bytes.toString()) as { subject?: { digest: string } }
    const isListed = options.hasReferrers !== false && subject !== undefined
    return reply(response, 201, {
      headers: {
        'docker-content-digest': digest,
        ...(isListed ? { 'oci-subject': subject.digest } : {}),
      },
    })
  }
  const stored = manifests.get(`${repository}/${rest}`)
  if (stored === undefined) return reply(response, 404)
  return reply(response, 200, {
    headers: {
      'content-type': stored.mediaType,
      'docker-content-digest': toDigest(stored.bytes),
    },
    body: stored.bytes,
  })
}

async function answerReferrers({ manifests, options }: State, call: Call): Promise<void> {
  const { repository, rest, response } = call
  if (options.hasReferrers === false) return reply(response, 404)
  const referrers = [...manifests].flatMap(([name, { bytes, mediaType }]) => {
    const { subject, artifactType } = JSON.parse(bytes.toString()) as {
      readonly subject?: { readonly digest: string }
      readonly artifactType?: string
    }
    const digest = toDigest(bytes)
    const isOne = name === `${repository}/${digest}` && subject?.digest === rest
    return isOne ? [{ mediaType, digest, size: bytes.length, artifactType }] : []
  })
  return reply(response, 200, {
    headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
    body: Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: referrers })),
  })
}

async function answerUpload(state: State, call: Call): Promise<void> {
  const { method, repository, rest, query, request, response } = call
  const { blobs, uploads, options } = state
  if (method === 'POST') {
    const mounted = blobs.get(`${query.get('from')}/${query.get('mount')}`)
    if (mounted !== undefined && options.mounts !== false) {
      blobs.set(`${repository}/${query.get('mount')}`, mounted)
      return reply(response, 201)
    }
    const id = randomUUID()
    uploads.set(id, Buffer.alloc(0))
    return replyUpload(call, { id, status: 202, bytes: 0 })
  }
  const held = uploads.get(rest)
  if (held === undefined) return reply(response, 404)
  if (method === 'GET') return replyUpload(call, { id: rest, status: 204, bytes: held.length })
  if (Number(request.headers['content-length'] ?? 0) > (options.maxBodyBytes ?? Infinity))
    return reply(response, 413)
  const start = Number((request.headers['content-range'] ?? '0').split('-')[0])
  const isRefused = method === 'PATCH' && start > 0 && options.takesParts === false
  if (method === 'PATCH' && (start !== held.length || isRefused)) return reply(response, 416)
  const content = Buffer.concat([held, await buffer(request)])
  if (method === 'PATCH') {
    uploads.set(rest, content)
    return replyUpload(call, { id: rest, status: 202, bytes: content.length })
  }
  const digest = query.get('digest') ?? ''
  if (toDigest(content) !== digest) return reply(response, 400)
  uploads.delete(rest)
  blobs.set(`${repository}/${digest}`, content)
  return reply(response, 201, { headers: { 'docker-content-digest': digest } })
}

function replyUpload(
  { repository, response }: Call,
  { id, status, bytes }: { readonly id: string; readonly status: number; readonly bytes: number },
): void {
  reply(response, status, {
    headers: {
      location: `/v2/${repository}/blobs/uploads/${id}?state=signed%2Bstate`,
      range: `0-${Math.max(0, bytes - 1)}`,
    },
  })
}

interface Reply {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

function reply(response: ServerResponse, status: number, { headers, body }: Reply = {}): void {
  const isRead = response.req.complete
  if (!isRead) response.req.resume()
  response.writeHead(status, { ...headers, 'content-length': String(body?.length ?? 0) })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

function toDigest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
