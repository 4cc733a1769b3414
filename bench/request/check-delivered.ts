import { setTimeout as delay } from 'node:timers/promises'
import { findSamples, parseExposition } from '../../src/wire/exposition.ts'
import type { Subject } from './subject.ts'

/** What a variant claims, how much of it, and how much there was. */
interface Check {
  readonly what: string
  readonly expected: number
  readonly delivered: number
  /** A sample of the requests: the number may differ by chance. */
  readonly isByChance?: boolean
  /** How many more there may be: what was sent before the first request. */
  readonly extra?: number
}

const DEADLINE_MS = 15_000
const POLL_MS = 250

/** Four standard deviations of a binomial count. */
const CHANCE_DEVIATIONS = 4

/** What a variant delivered. */
export interface Verdict {
  /** For each request, in words. */
  readonly delivered: string
  /** What it claims and did not deliver, or delivered too often. */
  readonly complaint: string | undefined
}

/**
 * Waits until everything a variant claims to deliver has arrived, or 15 s. A figure of a variant that does
 * not do its work would be worth nothing.
 */
export async function checkDelivered(subject: Subject): Promise<Verdict> {
  const deadline = performance.now() + DEADLINE_MS
  for (;;) {
    const checks = await checkClaims(subject)
    const delivered = checks.map((check) => toWords(check, subject)).join(', ')
    if (checks.every(isKept)) return { delivered, complaint: undefined }
    if (performance.now() > deadline) return { delivered, complaint: explain(subject, checks) }
    await delay(POLL_MS)
  }
}

async function checkClaims(subject: Subject): Promise<readonly Check[]> {
  const { variant, route, requests, failures, program } = subject
  const { spans, lines, samples, errors, segments, agentTraces } = variant.claims
  const counts = subject.sink.count()
  const share = spans ?? 0
  const isByChance = share < 1
  const claimed = (isClaimed: unknown, check: Check): Check[] => (isClaimed ? [check] : [])
  return [
    ...claimed(spans, {
      what: 'server spans',
      expected: requests * share,
      delivered: counts.serverSpans,
      isByChance,
    }),
    ...claimed(spans && route.clientSpans, {
      what: 'client spans',
      expected: counts.serverSpans,
      // A pool may add spans of its own.
      delivered: Math.min(counts.clientSpans, counts.serverSpans),
    }),
    ...claimed(agentTraces, {
      what: 'traces',
      expected: requests,
      delivered: counts.agentTraces,
      extra: 1,
    }),
    ...claimed(segments, {
      what: 'Sentry spans',
      expected: requests,
      delivered: counts.segments,
    }),
    ...claimed(lines, {
      what: 'access lines',
      expected: requests,
      // An error has a line besides that of its request.
      delivered: program.lineCount() - (lineOfErrors(subject) ? failures : 0),
    }),
    ...claimed(samples, {
      what: 'samples',
      expected: requests,
      delivered: await countSamples(subject),
    }),
    ...claimed(errors && failures > 0, {
      what: 'error events',
      expected: failures,
      delivered: counts.errorEvents,
    }),
  ]
}

function lineOfErrors({ variant }: Subject): boolean {
  return variant.program === 'servicex.mjs' || variant.program === 'hand-wired.cjs'
}

/** Reads /metrics as a scraper does, where there is one. */
async function countSamples({ metricsPort }: Subject): Promise<number> {
  if (metricsPort === undefined) return 0
  const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`)
  const name = 'http_server_request_duration_seconds_count'
  const samples = findSamples(parseExposition(await response.text()), name)
  return samples.reduce((sum, { value }) => sum + value, 0)
}

function isKept({ expected, delivered, isByChance, extra = 0 }: Check): boolean {
  if (isByChance !== true) return delivered >= expected && delivered <= expected + extra
  return Math.abs(delivered - expected) <= CHANCE_DEVIATIONS * Math.sqrt(expected) + 1
}

function toWords({ what, delivered }: Check, { requests }: Subject): string {
  return `${(delivered / requests).toFixed(2)} ${what}`
}

function explain({ variant, route, requests }: Subject, checks: readonly Check[]): string {
  const lines = checks.map(
    (check) =>
      `  ${check.what}: ${check.delivered} of ${check.expected}${isKept(check) ? '' : '  <- wrong'}`,
  )
  return `${variant.title}, ${route.title}: not everything of ${requests} requests was delivered\n${lines.join('\n')}`
}
