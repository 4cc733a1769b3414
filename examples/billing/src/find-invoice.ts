/** What a customer owes. */
export interface Invoice {
  readonly id: string
  readonly customerId: string
  readonly cents: number
}

// Stands in for a table.
const INVOICES: readonly Invoice[] = [
  { id: '1001', customerId: '1', cents: 4_200 },
  { id: '1002', customerId: '2', cents: 990 },
  { id: '1007', customerId: '7', cents: 12_000 },
]

/** Gives one invoice; `undefined` when there is none. */
export function findInvoice(id: string): Invoice | undefined {
  return INVOICES.find((invoice) => invoice.id === id)
}
