/** A user, and what there is to be paid. */
export interface User {
  readonly id: string
  readonly name: string
  readonly latestInvoice: string
}

// Stands in for a table.
const USERS: readonly User[] = [
  { id: '1', name: 'Ada', latestInvoice: '1001' },
  { id: '2', name: 'Grace', latestInvoice: '1002' },
  { id: '7', name: 'Barbara', latestInvoice: '1007' },
]

/** Gives one user; `undefined` when there is none. */
export function findUser(id: string): User | undefined {
  return USERS.find((user) => user.id === id)
}
