import { contract, op } from 'servicex/contract'
import { z } from 'zod'

const User = z
  .object({
    id: z.string(),
    name: z.string(),
    invoice: z.object({ id: z.string(), cents: z.int() }),
  })
  .meta({ id: 'User', description: 'A user, as other services see one.' })

/** What the service users offers to others. */
export const users = contract('users', {
  getUser: op.get('/users/{id}', {
    summary: 'Gives one user, with the latest invoice.',
    params: z.object({ id: z.string() }),
    ok: User,
    errors: { not_found: 404 },
    timeout: '3s',
  }),
})
