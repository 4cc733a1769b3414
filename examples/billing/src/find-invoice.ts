import { withSpan } from 'servicex'
import { setTimeout as delay } from 'node:timers/promises'

/** What a user owes. */
export interface Invoice {
  readonly id: string
  readonly cents: number
}

// Stands in for a table. The row of invoice 1007 was cut off when it was written.
const ROWS: Readonly<Record<string, string>> = {
  '1001': '{"cents":4200,"id":"1001"}',
  '1002': '{"cents":990,"id":"1002"}',
  '1007': '{"cents":12000,"id":"10',
}

/** Reads one invoice; `undefined` when there is none. Rejects when the row cannot be read. */
export function findInvoice(id: string): Promise<Invoice | undefined> {
  return withSpan('find invoice', async () => {
    await delay(4)
    const row = ROWS[id]
    return row === undefined ? undefined : (JSON.parse(row) as Invoice)
  })
}
