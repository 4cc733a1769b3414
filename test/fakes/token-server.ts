// A token server for registries, as distribution's "Token Authentication Specification" describes it,
// and the guard that goes before a registry: it asks for a token, and lets through what the token allows.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { openHttpServer } from './http-server.ts'
import type { Intercept } from './interception.ts'
import { Interceptor } from './interception.ts'

/** Whom a token server knows, and how it gives out tokens. */
export interface TokenServerOptions {
  /** Passwords by user; whoever gives none may read. */
  readonly users?: Readonly<Record<string, string>>
  /** Default none: the server has no POST. */
  readonly identityToken?: string
  /** The member that holds the token; default `token`. */
  readonly member?: 'token' | 'access_token'
  /** Default 300. */
  readonly expiresInSeconds?: number
}

/** A token server that listens. */
export interface TokenServer {
  readonly url: string
  readonly host: string
  readonly interceptor: Interceptor
  /** The scopes that each token allows. */
  readonly tokens: Map<string, readonly string[]>
  readonly close: () => Promise<void>
}

/** Opens a token server; the caller closes it. */
export async function openTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  const tokens = new Map<string, readonly string[]>()
  const interceptor = new Interceptor()
  const server = await openHttpServer((request, response) => {
    if (!interceptor.take(request, response)) void give({ options, tokens }, request, response)
  })
  return { ...server, url: `${server.url}/token`, interceptor, tokens }
}

/** Gives the guard of a registry: it lets through requests with a token that allows them, and sends others to `realm`. */
export function toGuard(
  { url, tokens }: Pick<TokenServer, 'url' | 'tokens'>,
  { realm = url }: { readonly realm?: string } = {},
): Intercept {
  return ({ method, path, headers }) => {
    const scope = toNeededScope(method, path)
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
    if (tokens.get(token)?.some((held) => allows(held, scope)) === true) return undefined
    const challenge = `Bearer realm="${realm}",service="registry",scope="${scope}"`
    return { kind: 'answer', status: 401, headers: { 'www-authenticate': challenge }, body: '{}' }
  }
}

async function give(
  { options, tokens }: { options: TokenServerOptions; tokens: Map<string, readonly string[]> },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { users = {}, member = 'token', expiresInSeconds = 300, identityToken } = options
  const query = new URL(request.url ?? '/', 'http://token').searchParams
  const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '')
  const reply = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  const grant = (scopes: readonly string[]): void => {
    const token = `tok-${randomUUID()}`
    tokens.set(token, scopes)
    reply(200, { [member]: token, expires_in: expiresInSeconds })
  }
  if (request.method === 'POST') {
    if (identityToken === undefined) return reply(404, {})
    if (form.get('refresh_token') !== identityToken) return reply(401, {})
    return grant((form.get('scope') ?? '').split(' '))
  }
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (basic === undefined) return grant(query.getAll('scope').map((scope) => toReading(scope)))
  const [user = '', password] = Buffer.from(basic, 'base64').toString().split(':')
  const isKnown = users[user] === password || password === identityToken
  if (!isKnown) return reply(401, { errors: [{ code: 'UNAUTHORIZED', message: 'who are you' }] })
  return grant(query.getAll('scope'))
}

function toNeededScope(method: string, path: string): string {
  const repository = /^\/v2\/(.+)\/(?:blobs|manifests|referrers)\//.exec(path)?.[1] ?? ''
  return `repository:${repository}:${method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push'}`
}

function toReading(scope: string): string {
  return scope.replace(/:[^:]*$/, ':pull')
}

function allows(held: string, needed: string): boolean {
  const split = (scope: string): readonly [string, readonly string[]] => [
    scope.slice(0, scope.lastIndexOf(':')),
    scope.slice(scope.lastIndexOf(':') + 1).split(','),
  ]
  const [heldResource, heldActions] = split(held)
  const [resource, actions] = split(needed)
  return heldResource === resource && actions.every((action) => heldActions.includes(action))
}
