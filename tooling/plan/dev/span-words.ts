import { toLabelText } from './plain-value.ts'
import type { Fields, SpanRecord } from './record.ts'
import type { Peer, SpanWords } from './stored-span.ts'

const MAX_TITLE_CHARS = 160

/** Gives what a person calls a span: method and path, the statement, the queue; else its name. */
export function toSpanWords(span: SpanRecord): SpanWords {
  const { attributes } = span.detail
  return {
    title: toTitle(span, attributes).slice(0, MAX_TITLE_CHARS),
    status: toStatus(span, attributes),
    peer: span.kind === 'client' || span.kind === 'producer' ? toPeer(attributes) : undefined,
  }
}

/** Gives the command that makes the request of a server or client span again. */
export function toCurl(span: Pick<SpanRecord, 'kind' | 'detail'>): string | undefined {
  const { attributes } = span.detail
  const method = readFirst(attributes, 'http.request.method', 'http.method')
  const url = toUrl(attributes)
  if (method === undefined || url === undefined) return undefined
  const verb = method === 'GET' ? '' : `-X ${shellWord(method)} `
  return `curl ${verb}${shellWord(url)}`
}

/** Where a call goes, when no service of ours answers it. */
function toPeer(attributes: Fields): Peer | undefined {
  const database = readFirst(attributes, 'db.system.name', 'db.system')
  if (database !== undefined) return { to: database, toKind: 'database' }
  const queue = readFirst(attributes, 'messaging.system')
  if (queue !== undefined) return { to: queue, toKind: 'queue' }
  const host = readFirst(attributes, 'server.address', 'net.peer.name')
  return host === undefined ? undefined : { to: host, toKind: 'other' }
}

function toTitle({ kind, name }: SpanRecord, attributes: Fields): string {
  const method = readFirst(attributes, 'http.request.method', 'http.method')
  if (method !== undefined) {
    const isRouted = kind !== 'client' && attributes['http.route'] !== undefined
    const url = isRouted || name !== method ? undefined : toUrl(attributes)
    return url === undefined ? name : `${method} ${pathOf(url)}`
  }
  const statement = readFirst(attributes, 'db.query.text', 'db.statement')
  return statement === undefined ? name : statement.replaceAll(/\s+/g, ' ')
}

function toStatus(span: SpanRecord, attributes: Fields): string | undefined {
  const status = readFirst(attributes, 'http.response.status_code', 'http.status_code')
  const type = span.isError ? readFirst(attributes, 'error.type', 'exception.type') : undefined
  const words = new Set([status, type].filter((word) => word !== undefined))
  if (words.size > 0) return [...words].join(' ')
  return span.isError
    ? (span.detail.statusMessage?.slice(0, MAX_TITLE_CHARS) ?? 'error')
    : undefined
}

function toUrl(attributes: Fields): string | undefined {
  const full = readFirst(attributes, 'url.full', 'http.url')
  if (full !== undefined) return full
  const path = readFirst(attributes, 'url.path', 'http.target')
  const host = readFirst(attributes, 'server.address', 'net.host.name', 'http.host')
  if (path === undefined || host === undefined) return undefined
  const scheme = readFirst(attributes, 'url.scheme', 'http.scheme') ?? 'http'
  const port = readFirst(attributes, 'server.port', 'net.host.port')
  const query = readFirst(attributes, 'url.query')
  const name = host.includes(':') && !/^\[|:\d+$/.test(host) ? `[${host}]` : host
  const place = port === undefined ? name : `${name}:${port}`
  return `${scheme}://${place}${path}${query === undefined ? '' : `?${query}`}`
}

function pathOf(url: string): string {
  return /^[a-z]+:\/\/[^/]+(\/[^?#]*)/.exec(url)?.[1] ?? url
}

/** Gives the first of the attributes that is there and not empty, as text. */
function readFirst(attributes: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name]
    if (value !== undefined && value !== null && value !== '') return toLabelText(value)
  }
  return undefined
}

/** Quotes a word such that a shell takes it as it is. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
