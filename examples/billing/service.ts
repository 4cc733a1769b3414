import { defineService } from 'servicex'
import { z } from 'zod'
import { billing } from './contract.ts'

export default defineService({
  name: 'billing',
  serves: billing,
  env: z.object({
    HOST: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().default(8080),
  }),
})
