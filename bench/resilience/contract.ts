import { contract, op } from 'servicex/contract'
import * as z from 'zod'

const Thing = z.object({
  id: z.string(),
  count: z.int(),
  note: z.string().optional(),
  state: z.enum(['open', 'done']).optional(),
  side: z.enum(['left', 'right']).meta({ 'x-closed': true }).optional(),
})

/** What the pods of the bench serve. */
export const things: ReturnType<typeof toThings> = toThings()

function toThings() {
  return contract('things', {
    getThing: op.get('/things/{id}', { params: z.object({ id: z.string() }), ok: Thing }),
    makeThing: op.post('/things', { body: z.object({ count: z.int() }), ok: Thing }),
    makeKeyed: op.post('/keyed', {
      body: z.object({ count: z.int() }),
      ok: Thing,
      idempotency: 'key',
    }),
  })
}
