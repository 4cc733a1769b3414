import { withSpan } from 'servicex'
import { setTimeout as delay } from 'node:timers/promises'

/** A user, as other services see one. */
export interface User {
  readonly id: string
  readonly name: string
}

// Stands in for a table. The row of user 7 was cut off when it was written.
const ROWS: Readonly<Record<string, string>> = {
  '1': '{"id":"1","name":"Ada"}',
  '2': '{"id":"2","name":"Grace"}',
  '7': '{"id":"7","name":"Barb',
}

/** Reads one user; `undefined` when there is none. Rejects when the row cannot be read. */
export function findUser(id: string): Promise<User | undefined> {
  return withSpan('find user', async () => {
    await delay(4)
    const row = ROWS[id]
    return row === undefined ? undefined : (JSON.parse(row) as User)
  })
}
