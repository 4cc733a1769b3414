import { SNAPSHOT_MAX_BYTES, type SnapshotSource } from './snapshot-source.ts'
import { unreadable } from './unreadable.ts'

const TIMEOUT_MS = 15_000
/** `C:\…` is a path. */
const SCHEME = /^(?:https?:|[a-z][a-z\d+.-]+:\/\/)/i
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/

/**
 * An address that serves a snapshot: https, or http on this machine. Redirects are not followed.
 * Gives nothing when the text is no address. Throws SERVICEX_SNAPSHOT_INVALID for one that
 * must not be used.
 */
export function toUrlSource(text: string): SnapshotSource | undefined {
  if (!SCHEME.test(text)) return undefined
  if (!/^https?:/i.test(text)) throw unreadable(text, 'it is neither a path nor an https address')
  const url = URL.parse(text)
  if (url === null) throw unreadable(text, 'it is no address')
  const shown = withoutUser(url)
  if (url.username !== '' || url.password !== '')
    throw unreadable(shown, 'it holds a password, which would be written to the contract file')
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw unreadable(shown, 'http is not safe: anybody on the way can change it', {
      fix: 'use https',
    })
  return { name: url.href, read: async () => ({ text: await readUrl(url) }) }
}

async function readUrl(url: URL): Promise<string> {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw unreadable(url.href, reasonOf(cause), { fix: 'check that it answers', cause })
  })
  if (response.status >= 300 && response.status < 400)
    throw unreadable(url.href, `it redirects to ${String(response.headers.get('location'))}`, {
      fix: 'give the address it redirects to',
    })
  if (!response.ok) throw unreadable(url.href, `it answers ${response.status}`)
  return await readLimited(response, url.href)
}

async function readLimited(response: Response, shown: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > SNAPSHOT_MAX_BYTES)
      throw unreadable(shown, `it has more than ${SNAPSHOT_MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as {
    cause?: { code?: unknown; message?: unknown }
    message?: unknown
  }
  return String(cause?.code ?? cause?.message ?? message)
}

function withoutUser(url: URL): string {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  return shown.href
}
