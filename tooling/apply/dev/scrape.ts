import { connect } from 'node:net'
import { ADMIN_PATHS } from '../../../src/convention/ports.ts'
import { parseExposition } from '../../../src/wire/exposition.ts'
import { toScrapedPoints } from '../../plan/dev/exposition-points.ts'
import type { PointRecord } from '../../plan/dev/record.ts'

/** What came of one scrape. */
export type ScrapeResult =
  | { readonly kind: 'points'; readonly points: readonly PointRecord[] }
  /** Nothing answers there. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'problem'; readonly reason: string }

const TIMEOUT_MS = 2_000
const MAX_PAGE_CHARS = 8 * 2 ** 20

/** Reads `/metrics` of an admin port, with exemplars; never rejects. */
export async function scrape(service: string, adminUrl: string): Promise<ScrapeResult> {
  const response = await fetch(`${adminUrl}${ADMIN_PATHS.metrics}`, {
    headers: { accept: 'application/openmetrics-text;version=1.0.0', connection: 'close' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined)
  if (response === undefined) return { kind: 'silent' }
  const reason = `${ADMIN_PATHS.metrics} of ${service}`
  try {
    const text = await response.text()
    if (!response.ok) return { kind: 'problem', reason: `${reason} answered ${response.status}` }
    if (text.length > MAX_PAGE_CHARS)
      return { kind: 'problem', reason: `${reason} has ${text.length} characters` }
    const points = toScrapedPoints(parseExposition(text), { service, scrapedMs: Date.now() })
    return { kind: 'points', points }
  } catch (error) {
    return {
      kind: 'problem',
      reason: `${reason}: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

/** Says whether something listens on a port of 127.0.0.1: by a connection, nothing is sent. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: TIMEOUT_MS })
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
