import { contract, op } from 'servicex/contract'
import { z } from 'zod'

/** What app-name offers to the other services: they call it through a client made from this. */
export const api = contract('app-name', {
  greet: op.get('/greetings/{name}', {
    summary: 'Greets somebody by name.',
    params: z.object({ name: z.string().min(1).max(100) }),
    ok: z.object({ text: z.string() }),
    errors: { unwelcome: 403 },
  }),
})
