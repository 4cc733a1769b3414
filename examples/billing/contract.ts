import { contract, op } from 'servicex/contract'
import { z } from 'zod'

const Invoice = z
  .object({ id: z.string(), cents: z.int() })
  .meta({ id: 'Invoice', description: 'What a user owes.' })

/** What the service billing offers to others. */
export const billing = contract('billing', {
  getInvoice: op.get('/invoices/{id}', {
    summary: 'Gives one invoice.',
    params: z.object({ id: z.string() }),
    ok: Invoice,
    errors: { not_found: 404 },
    timeout: '2s',
  }),
})
