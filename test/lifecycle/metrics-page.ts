import { findSamples, parseExposition } from '../../src/testing/index.ts'
import { pollUntil } from '../real/poll-until.ts'

/** What became of the items of one signal. */
export interface Ledger {
  readonly delivered: number
  readonly dropped: number
  readonly failed: number
  readonly queued: number
}

/** Reads from `/metrics` what became of the lines, spans or errors of a service. */
export async function readLedger(adminUrl: string, signal: string): Promise<Ledger> {
  const response = await fetch(`${adminUrl}/metrics`)
  const page = parseExposition(await response.text())
  const value = (name: string, labels: Readonly<Record<string, string>>): number =>
    findSamples(page, name, { signal, ...labels })[0]?.value ?? Number.NaN
  return {
    delivered: value('servicex_telemetry_items_total', { outcome: 'delivered' }),
    dropped: value('servicex_telemetry_items_total', { outcome: 'dropped' }),
    failed: value('servicex_telemetry_items_total', { outcome: 'failed' }),
    queued: value('servicex_telemetry_queue_items', {}),
  }
}

/** Resolves with the ledger once every item of `made` has found its end. */
export function settledLedger(adminUrl: string, signal: string, made: number): Promise<Ledger> {
  return pollUntil(
    async () => {
      const ledger = await readLedger(adminUrl, signal)
      const ended = ledger.delivered + ledger.dropped + ledger.failed
      if (ended > made) throw new Error(`${ended} of ${made} ${signal}: ${JSON.stringify(ledger)}`)
      return ended === made && ledger.queued === 0 ? ledger : undefined
    },
    { what: `${made} ${signal} to be delivered, dropped or failed`, timeoutMs: 15_000 },
  )
}
