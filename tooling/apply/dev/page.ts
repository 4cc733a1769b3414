import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import type { Reply } from './reply.ts'

/** The page, and the policy that lets only its own script and style run. */
export interface Page {
  readonly html: string
  readonly policy: string
}

/** Reads the page that `npm run build` made. */
export async function readPage(): Promise<Page> {
  const path = join(
    dirname(findPackageJSON(import.meta.url) ?? '.'),
    'dist',
    'tool',
    'dashboard.html',
  )
  const html = await readFile(path, 'utf8').catch(() => NOT_BUILT)
  return { html, policy: toPolicy(html) }
}

/** Gives the answer that is the page. */
export function toPageReply({ html, policy }: Page): Reply {
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': policy },
    body: html,
  }
}

/** Gives the answer to whoever has no token. */
export function toLockedReply(): Reply {
  return {
    status: 401,
    type: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': toPolicy(LOCKED) },
    body: LOCKED,
  }
}

/** Only what stands in the page itself runs, it speaks to its own server only, and nobody frames it. */
function toPolicy(html: string): string {
  const script = hashesOf(html, 'script')
  const style = hashesOf(html, 'style')
  return [
    "default-src 'none'",
    `script-src ${script}`,
    `style-src ${style}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function hashesOf(html: string, tag: string): string {
  const texts = [...html.matchAll(new RegExp(`<${tag}\\b[^>]*>([\\s\\S]*?)</${tag}>`, 'g'))]
  const hashes = texts.map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  )
  return hashes.length === 0 ? "'none'" : hashes.join(' ')
}

function toNote(title: string, text: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><style>:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1.5rem}code{font-family:ui-monospace,monospace}</style><h1>${title}</h1><p>${text}</p></html>`
}

const LOCKED = toNote(
  'This dashboard is locked',
  'Open the address that <code>kube dev</code> printed: it ends in <code>?token=…</code>. It is for whoever started it, and nobody else on this machine.',
)

const NOT_BUILT = toNote(
  'The page is not built',
  'Run <code>npm run build</code> in the folder of servicex, then load this again.',
)
