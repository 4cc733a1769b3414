import { defineService } from 'servicex'
import { z } from 'zod'
import { users } from './clients/users.js'
import { billing } from './contract.ts'

export default defineService({
  name: 'billing',
  serves: billing,
  uses: [users],
  env: z.object({
    HOST: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().default(8080),
  }),
})
