import { defineService } from 'servicex'
import { z } from 'zod'

export default defineService({
  name: 'users',
  env: z.object({
    HOST: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().default(8080),
  }),
})
